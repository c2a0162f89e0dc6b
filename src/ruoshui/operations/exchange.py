"""`ruoshui exchange`: the exchange simulator with a prompt, to try screen pop and click-to-call without an exchange."""

import cmd

from ruoshui.channels.phone.simulator import ExchangeSimulator

HELP = "ring NUMBER EXTENSION… · answer EXTENSION · transfer EXTENSION · hangup · quit"


class _Prompt(cmd.Cmd):
    prompt = "exchange> "

    def __init__(self, exchange: ExchangeSimulator) -> None:
        super().__init__()
        self.exchange = exchange

    def _last(self) -> str:
        return next(reversed(self.exchange.calls), "")

    def do_ring(self, line: str) -> None:
        number, *extensions = line.split() or [""]
        print(f"  {self.exchange.ring(number, *extensions)}" if number and extensions else f"  {HELP}")

    def do_answer(self, line: str) -> None:
        self._on_last(lambda key: self.exchange.answer(key, line.strip()), needs=line)

    def do_transfer(self, line: str) -> None:
        self._on_last(lambda key: self.exchange.transfer(key, line.strip()), needs=line)

    def do_hangup(self, _line: str) -> None:
        self._on_last(self.exchange.hang_up, needs="nothing")

    def do_quit(self, _line: str) -> bool:
        return True

    do_EOF = do_quit  # noqa: N815 the name that `cmd` wants

    def _on_last(self, act: object, *, needs: str) -> None:
        key = self._last()
        if not key or not needs.strip() or not callable(act):
            print(f"  {HELP}" if key else "  nobody is calling")
        else:
            act(key)


def simulate(*, port: int, user: str, secret: str) -> int:
    exchange = ExchangeSimulator(user=user, secret=secret, port=port)
    print(f"  AMI on 127.0.0.1:{exchange.port}, user {user}\n  {HELP}")
    try:
        _Prompt(exchange).cmdloop()
    except KeyboardInterrupt:
        print()
    exchange.close()
    return 0

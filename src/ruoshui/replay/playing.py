"""One case of a history, row by row, through the verbs at the original times."""

from datetime import datetime

from django.db import transaction

from ruoshui.cases import actions
from ruoshui.cases.models import Case, CaseState, Channel, Outcome, Priority
from ruoshui.core.actors import SYSTEM, Actor
from ruoshui.core.refusals import Refusal
from ruoshui.core.verbs import verb
from ruoshui.replay.mapping import Mapping
from ruoshui.replay.models import ReplayedItem
from ruoshui.replay.people import People
from ruoshui.replay.reading import RefusedRow, Row

Line = tuple[int, Row]


class Player:
    def __init__(self, mapping: Mapping, people: People, *, now: datetime) -> None:
        self.mapping = mapping
        self.people = people
        self.now = now

    def meet(self, lines: list[Line]) -> None:
        """Set up everybody the rows name, before and apart from the cases: people are remembered for
        the whole run, so no refused row may take them back.
        """
        if self.mapping.shape == "letters":
            self.people.staff(self._agent())
        for _number, row in lines:
            for name, meet in (
                ("customer", self.people.customer),
                ("assignee", self.people.staff),
                ("by", self.people.staff),
                ("team", self.people.team),
            ):
                value = row.get(self.mapping.columns.get(name, ""))
                if value and value not in self.mapping.missing:
                    meet(value)

    def _agent(self) -> str:
        """Who answered the letters, when no column says so."""
        return self.mapping.defaults.get("agent", "Replay")

    def play(self, key: str, lines: list[Line]) -> list[RefusedRow]:
        """Do what of this case was not done yet; all of it commits together, with the note of it.

        Most cases have no bad row: only when one is refused is the case played again row by row.
        """
        try:
            return self._play(key, lines, carefully=False)
        except (Refusal, ValueError, KeyError):
            return self._play(key, lines, carefully=True)

    @verb
    def _play(self, key: str, lines: list[Line], *, carefully: bool) -> list[RefusedRow]:
        item, _is_new = ReplayedItem.objects.select_for_update().get_or_create(source=self.mapping.source, key=key)
        source_key = f"{self.mapping.source}:{key}"
        case = (
            Case.objects.select_related("unit", "team", "assignee", "type", "customer")
            .filter(source_key=source_key)
            .first()
        )
        refused = []
        for number, row in lines[item.rows :]:
            if not carefully:
                case = self._row(case, source_key, row)
                continue
            try:
                with transaction.atomic():  # a refused row must not take its case with it
                    case = self._row(case, source_key, row)
            except (Refusal, ValueError, KeyError) as reason:
                refused.append(RefusedRow(number, str(reason)))
                case = Case.objects.select_related("unit").filter(source_key=source_key).first()
        item.rows = len(lines)
        item.save(update_fields=["rows"])
        return refused

    def _row(self, case: Case | None, source_key: str, row: Row) -> Case:
        if self.mapping.shape == "letters":
            return case or self._letter(source_key, row)
        at = self._moment(self._cell(row, "at") or "")
        if case is None:
            case = self._open(source_key, row)
        if at < case.opened_at:
            raise ValueError("the row is earlier than the opening of its case")
        self._catch_up(case, row, at)
        return case

    def _moment(self, text: str) -> datetime:
        """A history has no future: a year typed wrongly would be promised for ten years."""
        found = self.mapping.moment(text)
        if found > self.now:
            raise ValueError(f"“{text}” is in the future")
        return found

    def _cell(self, row: Row, name: str) -> str | None:
        """The value of a column; None when the mapping has no such column or the cell is missing."""
        column = self.mapping.columns.get(name)
        if column is None:
            return None
        if column not in row:
            raise KeyError(f"there is no column “{column}”")
        return None if row[column] in self.mapping.missing else row[column]

    def _word(self, row: Row, name: str, default: str) -> str:
        """A column's value in our words; what is not listed is refused rather than guessed."""
        value = self._cell(row, name)
        if value is None:
            return self.mapping.defaults.get(name, default)
        words = self.mapping.values.get(name, {})
        if words and value not in words:
            raise ValueError(f"“{value}” in column “{self.mapping.columns[name]}” is not in the mapping")
        return words.get(value, value)

    def _open(self, source_key: str, row: Row) -> Case:
        opened_at = self._moment(self._cell(row, "opened_at") or "")
        name = self._cell(row, "customer")
        customer = self.people.customer(name) if name else None
        subject = self._cell(row, "subject") or " · ".join(
            filter(None, (self._cell(row, "category"), self._cell(row, "subcategory"), self._cell(row, "symptom")))
        )
        return actions.open_case(
            self.people.type,
            subject=subject or source_key,
            body=self._cell(row, "body") or "",
            customer=customer,
            channel=self._word(row, "channel", Channel.API),
            priority=self._word(row, "priority", Priority.NORMAL),
            category=(self._cell(row, "category") or "")[:80],
            unit=self.people.unit,
            source_key=source_key,
            by=customer.actor if customer else SYSTEM,
            at=opened_at,
        )

    def _letter(self, source_key: str, row: Row) -> Case:
        answer, answered = self._cell(row, "answer"), self._cell(row, "answered_at")
        answered_at = self._moment(answered) if answered else None
        case = self._open(source_key, row)
        if not answer or answered_at is None:
            return case
        if answered_at < case.opened_at:
            raise ValueError("the answer is earlier than the letter")
        clerk = self.people.staff(self._agent())
        actions.assign_case(case, to=clerk, by=SYSTEM, at=answered_at)
        actions.reply_case(case, body=answer, channel=case.channel, by=clerk.actor, at=answered_at)
        actions.close_case(
            case, outcome=self.mapping.defaults.get("outcome", Outcome.EXPLAINED), by=clerk.actor, at=answered_at
        )
        return case

    def _catch_up(self, case: Case, row: Row, at: datetime) -> None:
        """Call the verbs that lead from how the case is to what the row says."""
        worker = self._cell(row, "by")
        by = self.people.staff(worker).actor if worker else SYSTEM
        wanted = self._word(row, "state", "open")
        self._reopen_if(case, row, wanted, by, at)
        if case.is_active:
            priority = self._word(row, "priority", case.priority)
            if priority != case.priority:
                actions.categorize_case(case, {"priority": priority}, by=by, at=at)
            self._hand(case, row, by, at)
        self._to_state(case, wanted, by, at)

    def _reopen_if(self, case: Case, row: Row, wanted: str, by: Actor, at: datetime) -> None:
        count = int(self._cell(row, "reopened") or 0)
        finished = not case.is_active
        if finished and (count > case.reopen_count or wanted.split(":")[0] in ("open", "wait")):
            actions.reopen_case(case, by=by, at=at)

    def _hand(self, case: Case, row: Row, by: Actor, at: datetime) -> None:
        if group := self._cell(row, "team"):
            team = self.people.team(group)
            if case.team_id != team.pk:
                actions.queue_case(case, team=team, by=by, at=at)
        if name := self._cell(row, "assignee"):
            person = self.people.staff(name)
            self.people.in_team(person, case.team)
            if case.assignee_id != person.pk:
                actions.assign_case(case, to=person, by=by, at=at)

    def _to_state(self, case: Case, wanted: str, by: Actor, at: datetime) -> None:
        state, _colon, reason = wanted.partition(":")
        if state == "wait" and case.state == CaseState.OPEN:
            actions.pause_case(case, reason=reason or "customer", by=by, at=at)
        elif state == "open" and case.state == CaseState.WAITING:
            actions.resume_case(case, by=by, at=at)
        elif state == "resolved" and case.is_active:
            actions.resolve_case(case, by=by, at=at)
        elif state == "closed" and case.state != CaseState.CLOSED:
            actions.close_case(case, outcome=self.mapping.defaults.get("outcome", Outcome.SOLVED), by=by, at=at)

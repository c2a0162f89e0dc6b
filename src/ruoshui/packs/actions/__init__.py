from ruoshui.packs.actions.installing import Change, Report, install_pack

__all__ = ["Change", "Report", "install_pack"]

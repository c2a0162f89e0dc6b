from django.core.mail.backends.base import BaseEmailBackend


class BrokenMail(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise OSError("the mail server is down")

"""What a user's browser does, which comes and goes between Google and the service."""

from dataclasses import dataclass

from functions.core.consent import Purpose, Visit
from functions.flow import connect as flow
from functions.flow.connect import Returned
from functions.flow.context import Context
from tests.simulation.consents import Consents

AT_THE_PAGE_S = (1.0, 20.0)  # how long people look at Google's page


@dataclass(frozen=True, slots=True, kw_only=True)
class Browser:
    """A user's, which goes from the service to Google and back."""

    context: Context
    consents: Consents
    user: str
    secret: str

    def connect(self, calendar_id: str) -> str:
        """Which calendar is connected now."""
        visit = flow.invited(self.context, ticket="", calendar_id=calendar_id)
        return flow.finish(self.context, self._at_google(visit), self.secret).calendar_id

    def disconnect(self) -> str:
        back = self._at_google(Visit(purpose=Purpose.DISCONNECT))
        ended = flow.finish(self.context, back, self.secret)
        return flow.confirmed(self.context, ended.confirmation, self.secret).user

    def _at_google(self, visit: Visit) -> Returned:
        url = flow.start(self.context, visit, self.secret)
        least, most = AT_THE_PAGE_S
        self.context.sleep(least + self.context.jitter(most - least))
        return self.consents.page(url, self.user)

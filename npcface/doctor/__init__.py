"""The checks behind ``npcface doctor``: is everything here that npcface needs, and if not, what to do."""

from npcface.doctor.checks import CHECKS as CHECKS
from npcface.doctor.checks import examine as examine
from npcface.doctor.finding import Check as Check
from npcface.doctor.finding import Finding as Finding
from npcface.doctor.finding import Page as Page
from npcface.doctor.finding import Severity as Severity
from npcface.doctor.finding import Surroundings as Surroundings

from incidents.models.attachment import Attachment, FileContent
from incidents.models.clock import Clock
from incidents.models.decision import Decision
from incidents.models.dispensation import Dispensation
from incidents.models.duty import Duty
from incidents.models.erasure import Erasure
from incidents.models.export import Export
from incidents.models.export_share import ExportShare
from incidents.models.incident import Incident
from incidents.models.incident_link import IncidentLink
from incidents.models.incident_role import IncidentRole
from incidents.models.kept_figures import KeptFigures
from incidents.models.legal_hold import LegalHold
from incidents.models.moment import Moment
from incidents.models.moment_choice import MomentChoice
from incidents.models.moment_withdrawal import MomentWithdrawal
from incidents.models.notice import Notice, NoticeRevision
from incidents.models.reassessment import Reassessment, ReassessmentRun
from incidents.models.retained import Retained
from incidents.models.severity_override import SeverityOverride
from incidents.models.signal import Signal
from incidents.models.submission import Submission
from incidents.models.subscription import Course, Delivery, Subscription
from incidents.models.timeline_note import TimelineNote
from incidents.models.timer import Timer

__all__ = [
    "Attachment",
    "Clock",
    "Course",
    "Decision",
    "Delivery",
    "Dispensation",
    "Duty",
    "Erasure",
    "Export",
    "ExportShare",
    "FileContent",
    "Incident",
    "IncidentLink",
    "IncidentRole",
    "KeptFigures",
    "LegalHold",
    "Moment",
    "MomentChoice",
    "MomentWithdrawal",
    "Notice",
    "NoticeRevision",
    "Reassessment",
    "ReassessmentRun",
    "Retained",
    "SeverityOverride",
    "Signal",
    "Submission",
    "Subscription",
    "TimelineNote",
    "Timer",
]

"""All tables, for Alembic: importing this module fills Base.metadata."""

from app.db import Base
from app.models.agency import Agency, Branch
from app.models.call_day import Callback, CallDay
from app.models.citizen import Citizen
from app.models.correspondence import Correspondence
from app.models.event import Event, EventSeal
from app.models.example import RoutingExample
from app.models.inbound import InboundMessage
from app.models.ledger import LedgerEntry, LedgerSum
from app.models.message import Message
from app.models.note import AnswerTemplate, Note
from app.models.notice import Notice
from app.models.paper import Attachment, Batch
from app.models.people import StaffSession, Token, User
from app.models.phone_check import PhoneCheck
from app.models.receipt import PhoneDay, Receipt, SmsLine
from app.models.reference import Holiday, IdempotencyKey, RuleActivation, RuleSetVersion
from app.models.referral import Referral

TABLES = (
    Agency, AnswerTemplate, Attachment, Batch, Branch, Callback, CallDay, Citizen, Correspondence,
    Event, EventSeal, Holiday, IdempotencyKey, InboundMessage, LedgerEntry, LedgerSum, Message,
    Note, Notice, PhoneCheck, PhoneDay, Receipt, Referral, RoutingExample, RuleActivation,
    RuleSetVersion, SmsLine, StaffSession, Token, User,
)  # fmt: skip
METADATA = Base.metadata

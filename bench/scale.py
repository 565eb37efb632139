"""Whether work that does not depend on the number of calendars costs the same whatever that number is."""

import json
import secrets
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import log
from pathlib import Path
from tempfile import TemporaryDirectory

from bench import report
from bench.environ import KEY, new_project
from bench.house import STORES, Unexpected
from functions.adapters.queues.sqlite import SqliteQueue
from functions.adapters.stores import records
from functions.adapters.stores.firestore import FirestoreStore
from functions.adapters.stores.sqlite import SqliteStore
from functions.core.conference import Conference, Hold
from functions.core.enrolment import Access, Enrolment, SyncToken, Watch
from functions.core.model import Channel, ConferenceKey, EventRef, Policy, Reason, SyncRequest
from functions.flow.context import Context
from functions.flow.renew import renew
from functions.flow.sweep import sweep
from functions.flow.sync import sync
from functions.flow.turn import Delivery
from functions.ports import Page, Provider, Store

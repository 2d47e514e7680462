"""What the generators of messy buckets share: a seeded source of choices, and writing objects."""

import gzip
import json
import random
from datetime import date, datetime, timedelta
from pathlib import Path

# Ordinary days, both clock changes and their neighbours, a leap day and a turn of the year.
DAYS = [date(2025, 2, 5), date(2024, 11, 19), date(2025, 3, 29), date(2025, 3, 30), date(2025, 3, 31),
        date(2025, 10, 25), date(2025, 10, 26), date(2025, 10, 27), date(2024, 2, 29), date(2024, 12, 31)]


class Mess(random.Random):
    """A seeded source of choices."""

    def often(self, value, other=None, share=0.8):
        """The value mostly, the other now and then; both may be functions."""
        chosen = value if self.random() < share else other
        return chosen() if callable(chosen) else chosen

    def odds(self, share):
        return self.random() < share

    def some(self, items, most=None):
        """A few of the items, in their order."""
        count = self.randint(0, min(len(items), most or len(items)))
        kept = set(self.sample(range(len(items)), count))
        return [item for place, item in enumerate(items) if place in kept]

    def moment(self, day):
        """A wall time in and around a day; edges of the day and of the service window come often."""
        at = datetime(day.year, day.month, day.day)
        edges = [at, at + timedelta(hours=5, minutes=30), at + timedelta(days=1), at + timedelta(days=1, minutes=75),
                 at + timedelta(hours=2, minutes=30), at + timedelta(hours=3), at - timedelta(days=1)]
        if self.odds(0.4):
            return self.choice(edges) + timedelta(seconds=self.choice([0, 0, 0, 1, -1, 30, 60, -59]))
        return at + timedelta(minutes=self.randint(-24 * 60, 3 * 24 * 60), seconds=self.choice([0, 0, 0, 17, 59]))


def write(root, name, body, mess):
    """Writes an object: text as it is, anything else as JSON; now and then compressed."""
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=mess.odds(0.3))
    data = text.encode()
    if mess.odds(0.1):
        name, data = name + ".gz", gzip.compress(data, mtime=0)
    path = Path(root) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)

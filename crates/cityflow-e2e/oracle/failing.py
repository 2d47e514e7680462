"""Failing sensors (contract, section 6, first half, and its fine print).

`hours` maps a slot to (main, other): flow and occupancy on roads, count and None for bikes.
An hour is valid when either is known.
"""

from datetime import timedelta
from statistics import median

from common import HOUR, day_slots, iso, largest_first, midnight, quality

HISTORY_DAYS = 28
ROAD_MIN_MEDIAN_FLOW = 20
MIN_CONSTANT_HOURS = 12
MIN_GAP_HOURS = 6
GAP_NEEDS_DAYS = 7


def judge(hours, day, road):
    """(reason, since, hours), ("hors_service", None, None), or None for a healthy sensor."""
    slots = day_slots(day)
    start = midnight(day - timedelta(days=HISTORY_DAYS))
    before = [slot for slot in hours if start <= slot < slots[0]]
    last_valid = max((slot for slot in before if is_valid(hours.get(slot))), default=None)
    missing = [not is_valid(hours.get(slot)) for slot in slots]

    if all(missing):
        if last_valid is None:
            return "hors_service", None, None
        return run_found("silencieux", last_valid + HOUR, slots[-1])
    return (zero(hours, slots, start, before, road)
            or constant(hours, slots, start)
            or gap(hours, day, slots, missing, last_valid)
            or (incoherent(hours, slots) if road else None))


def is_valid(hour):
    return hour is not None and any(value is not None for value in hour)


def main_value(hours, slot):
    return hours[slot][0] if slot in hours else None


def run_found(reason, first, last):
    return reason, first, (last - first) // HOUR + 1


def extend_back(hours, first, start, value):
    while first - HOUR >= start and main_value(hours, first - HOUR) == value:
        first -= HOUR
    return first


def zero(hours, slots, start, before, road):
    if any(main_value(hours, slot) != 0 for slot in slots):
        return None
    first = extend_back(hours, slots[0], start, 0)
    if road:
        flows = [main_value(hours, slot) for slot in before if slot < first]
        flows = [flow for flow in flows if flow is not None]
        if not flows or median(flows) < ROAD_MIN_MEDIAN_FLOW:
            return None
    return run_found("zero", first, slots[-1])


def constant(hours, slots, start):
    values = [main_value(hours, slot) for slot in slots]
    usable = [value if value else None for value in values]  # neither zero nor missing
    run = longest_run(usable, lambda a, b: a is not None and a == b)
    if run is None or run[1] - run[0] < MIN_CONSTANT_HOURS:
        return None
    first = slots[run[0]]
    if run[0] == 0:
        first = extend_back(hours, first, start, values[0])
    return run_found("constante", first, slots[run[1] - 1])


def gap(hours, day, slots, missing, last_valid):
    run = longest_run([True if gone else None for gone in missing], lambda a, b: a and b)
    if run is None or run[1] - run[0] < MIN_GAP_HOURS or not gaps_are_unusual(hours, day):
        return None
    first = slots[run[0]]
    if run[0] == 0 and last_valid is not None:
        first = last_valid + HOUR
    return run_found("lacune", first, slots[run[1] - 1])


def gaps_are_unusual(hours, day):
    """A sensor seldom there is not failing when it is away: half its days must be usable."""
    seen = usable = 0
    for back in range(1, HISTORY_DAYS + 1):
        slots = day_slots(day - timedelta(days=back))
        if any(is_valid(hours.get(slot)) for slot in slots):
            seen += 1
            valid_flow = sum(main_value(hours, slot) is not None for slot in slots)
            usable += quality(valid_flow, len(slots)) != "partiel"
    return seen < GAP_NEEDS_DAYS or 2 * usable >= seen


def incoherent(hours, slots):
    both = [slot for slot in slots if slot in hours and None not in hours[slot]]
    wrong = [slot for slot in both if contradicts(*hours[slot])]
    if len(wrong) < 3 or 10 * len(wrong) <= len(both):
        return None
    return "incoherent", wrong[0], len(wrong)


def contradicts(flow, occupancy):
    return (flow >= 20 and occupancy == 0) or (occupancy >= 5 and flow == 0)


def longest_run(values, same):
    """(first, end) of the longest run of like, known values, the earliest on a tie."""
    best = None
    first = 0
    for place in range(len(values)):
        if place and not same(values[place - 1], values[place]):
            first = place
        if values[place] is not None and (best is None or place + 1 - first > best[1] - best[0]):
            best = (first, place + 1)
    return best


def failing_rows(sensors, series, names, day, kind, order):
    """(rows, longest first; number out of service)."""
    rows, out_of_service = [], 0
    for sensor in sensors:
        verdict = judge(series[sensor], day, kind == "road")
        if verdict is None:
            continue
        reason, since, hours = verdict
        if reason == "hors_service":
            out_of_service += 1
            continue
        rows.append({"id": sensor, "type": kind, "nom": names.get(sensor), "raison": reason,
                     "depuis": iso(since), "heures": hours})
    rows.sort(key=lambda row: (largest_first(row["heures"]), order(row["id"])))
    return rows, out_of_service

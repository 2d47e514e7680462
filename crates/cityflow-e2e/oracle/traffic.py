"""Public transport disruptions: navitia answers (pages) and PRIM bulk snapshots, one model."""

import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta, timezone

from common import Ledger, iso, local_to_instant, mean, midnight, objects_under, plain, read_json, text_or_none

MODES = {"metro": "metro", "rer": "rer", "rapidtransit": "rer", "tram": "tram", "tramway": "tram",
         "transilien": "transilien", "traintransilien": "transilien", "localtrain": "transilien"}
CODE_ALIASES = {("metro", "3b"): "3bis", ("metro", "7b"): "7bis"}
MONITORED = ([("metro", code) for code in [*map(str, range(1, 15)), "3bis", "7bis"]]
             + [("rer", code) for code in "ABCDE"]
             + [("tram", code) for code in ["T1", "T2", "T3a", "T3b", *(f"T{n}" for n in range(4, 15))]]
             + [("transilien", code) for code in "HJKLNPRUV"])
SEVERITIES = {"CRITIQUE": ["NO_SERVICE"], "ELEVEE": ["SIGNIFICANT_DELAYS", "REDUCED_SERVICE"],
              "MOYENNE": ["DETOUR", "MODIFIED_SERVICE", "STOP_MOVED", "ADDITIONAL_SERVICE"],
              "FAIBLE": ["OTHER", "UNKNOWN", "NO_EFFECT"]}
BY_EFFECT = {effect: severity for severity, effects in SEVERITIES.items() for effect in effects}
BY_NAME = {"bloquante": "CRITIQUE", "perturbee": "ELEVEE", "information": "FAIBLE"}
WEIGHTS = {("CRITIQUE", "line"): 1.0, ("ELEVEE", "line"): 0.5, ("CRITIQUE", "section"): 0.5, ("ELEVEE", "section"): 0.25}
LINK_ORDER = ["line", "section", "stop", "network"]
NAVITIA_LINKS = {"line": "line", "route": "line", "stop_area": "stop", "stop_point": "stop", "network": "network"}
PAGE_GAP_S = 600
FOREVER = float("inf")


# ---------------------------------------------------------------- both dialects to one model


def local_stamp(text):
    """Instant of YYYYMMDDTHHMMSS, Paris wall time; one that the clock jumps over moves an hour on."""
    try:
        naive = datetime.strptime(text, "%Y%m%dT%H%M%S")
    except (TypeError, ValueError):
        return None
    return local_to_instant(naive) or local_to_instant(naive + timedelta(hours=1))


def periods_of(raw, problems):
    periods = []
    for item in raw or []:
        begin = local_stamp(item.get("begin"))
        end = local_stamp(item["end"]) if item.get("end") else FOREVER
        if begin is None or end is None:
            problems["periode_illisible"] += 1
        elif end < begin:
            problems["periode_inversee"] += 1
        else:
            periods.append((begin, end))
    return periods


def severity_of(effect, name, problems):
    """(severity, is it an accessibility issue)."""
    if effect:
        effect = effect.upper()
        if effect != "NO_EFFECT":
            effect = effect.removesuffix("_EFFECT")
        if effect == "ACCESSIBILITY_ISSUE":
            return "FAIBLE", True
        severity = BY_EFFECT.get(effect)
    else:
        severity = BY_NAME.get(plain(name or ""))
    if severity is None:
        problems["effet_inconnu"] += 1
    return severity or "FAIBLE", False


def model(item, periods, effect, severity_name, links, stops, problems):
    severity, accessibility = severity_of(effect, severity_name, problems)
    tags = item.get("tags") or []
    return {
        "id": str(item["id"]),
        "cause": (text_or_none(item.get("cause")) or "inconnu").lower(),
        "severity": severity,
        "periods": periods_of(periods, problems),
        "links": links,
        "stops": stops,
        "lift": accessibility or any(plain(tag) == "ascenseur" for tag in tags),
        "masked": any(plain(tag) == "masquee" for tag in tags),
    }


def line_of(identifier, code, mode, network):
    mode = MODES.get(plain(mode or ""), (mode or "").lower())
    code = CODE_ALIASES.get((mode, (code or "").casefold()), code)
    return {"id": identifier, "code": code, "mode": mode, "network": network}


def navitia_model(item, problems):
    links, stops = {}, []
    for impacted in item.get("impacted_objects") or []:
        thing = impacted.get("pt_object") or {}
        kind = NAVITIA_LINKS.get(thing.get("embedded_type"))
        if kind == "stop":
            stops.append(thing.get("name") or thing.get("id"))
        line = thing.get("line") or (thing.get("route") or {}).get("line")
        if kind == "line" and line:
            kind = "line" if impacted.get("impacted_section") is None else "section"
            mode = (line.get("commercial_mode") or {}).get("name")
            strongest_link(links, line_of(line["id"], line.get("code"), mode, (line.get("network") or {}).get("name")), kind)
    severity = item.get("severity") or {}
    return model(item, item.get("application_periods"), severity.get("effect"), severity.get("name"), links, stops, problems)


def strongest_link(links, line, kind):
    """Keeps one link per line, the strongest: line id -> (line, kind)."""
    held = links.get(line["id"])
    if held is None or LINK_ORDER.index(kind) < LINK_ORDER.index(held[1]):
        links[line["id"]] = (line, kind)


def bulk_links(body):
    """disruption id -> (links, stops): a line beside its own stops is a section, one stop, or the line."""
    links, stops = defaultdict(dict), defaultdict(list)
    for raw in body.get("lines") or []:
        line = line_of(raw["id"], raw.get("shortName") or raw.get("name"), raw.get("mode"), raw.get("networkId"))
        named, kinds = defaultdict(set), defaultdict(set)
        for thing in raw.get("impactedObjects") or []:
            for disruption in thing.get("disruptionIds") or []:
                kind = NAVITIA_LINKS.get(thing.get("type"), "network")
                kinds[disruption].add(kind)
                if kind == "stop":
                    named[disruption].add(thing.get("name") or thing.get("id"))
        for disruption, found in kinds.items():
            names = named[disruption]
            kind = ("section" if len(names) > 1 else "stop" if names else "line" if "line" in found else "network")
            strongest_link(links[disruption], line, kind)
            stops[disruption] += sorted(names)
    return links, stops


# ---------------------------------------------------------------- answers of the day


def read_answers(root, day, ledger):
    """Answers in the order of their own clock: {"clock", "dialect", "complete", "items"}."""
    pages, answers = [], []
    for order, name in enumerate(objects_under(root, f"api/traffic_ratp/dt={day}")):
        body = read_json(root, name) or {}
        ledger.read += len(body.get("disruptions") or [])
        if "pagination" in body or "line_reports" in body:
            clock = local_stamp((body.get("context") or {}).get("current_datetime"))
            pages.append((clock or 0, order, body))
        elif "disruptions" in body:
            answers.append(bulk_answer(body, order, ledger, day))
    answers += [navitia_answer(group, day, ledger) for group in group_pages(pages)]
    return sorted(answers, key=lambda answer: (answer["clock"], answer["order"]))


def bulk_answer(body, order, ledger, day):
    text = body.get("lastUpdatedDate")
    stamp = datetime.fromisoformat(text) if text else None
    if stamp and stamp.tzinfo is None:
        stamp = stamp.replace(tzinfo=timezone.utc)
    links, stops = bulk_links(body)
    items = [model(item, item.get("applicationPeriods"), item.get("effect"), item.get("severity"),
                   links[item["id"]], stops[item["id"]], ledger.by_day[day]) for item in body["disruptions"]]
    return {"clock": int(stamp.timestamp()) if stamp else 0, "order": order, "dialect": "bulk", "complete": True, "items": items}


def group_pages(pages):
    """Pages of one answer: same totals, distinct first records, ten minutes at most after the one before."""
    groups = []
    for clock, order, body in sorted(pages, key=lambda page: page[:2]):
        pagination = body.get("pagination") or {}
        key = (pagination.get("total_result"), pagination.get("items_per_page"))
        start = pagination.get("start_page")
        for group in groups:
            if group["key"] == key and start not in group["starts"] and clock - group["last"] <= PAGE_GAP_S:
                break
        else:
            group = {"key": key, "starts": set(), "first": clock, "order": order, "bodies": []}
            groups.append(group)
        group["starts"].add(start)
        group["last"] = clock
        group["bodies"].append(body)
    return groups


def navitia_answer(group, day, ledger):
    bodies = group["bodies"]
    expected = group["key"][0] or 0
    found = sum((body.get("pagination") or {}).get("items_on_page") or 0 for body in bodies)
    complete = (expected > 0 and found >= expected and not any(body.get("error") for body in bodies)
                and all(asks_for_everything(body, day) for body in bodies))
    items = [navitia_model(item, ledger.by_day[day]) for body in bodies for item in body.get("disruptions") or []]
    return {"clock": group["first"], "order": group["order"], "dialect": "navitia", "complete": complete, "items": items}


def asks_for_everything(body, day):
    """The answer's own request neither looks at other days nor names one line or network."""
    for link in body.get("links") or []:
        href = link.get("href") or ""
        if link.get("type") != "first":
            continue
        since, until = (re.search(rf"[?&]{word}=(\d{{8}}T\d{{6}})", href) for word in ("since", "until"))
        if since and local_stamp(since[1]) >= midnight(day + timedelta(days=1)):
            return False
        if until and local_stamp(until[1]) <= midnight(day):
            return False
        if re.search(r"/(lines|networks)/[^/?]+", href):
            return False
    return True


def last_words(answers, ledger, day):
    """The last word on every disruption; one that a later complete answer no longer lists ends there."""
    held = {}
    for answer in answers:
        for item in answer["items"]:
            if item["id"] in held:
                same = comparable(held[item["id"]]) == comparable(item)
                ledger.by_day[day]["doublons" if same else "doublons_conflictuels"] += 1
            held[item["id"]] = {**item, "dialect": answer["dialect"]}
        listed = {item["id"] for item in answer["items"]}
        for gone in held.values():
            if answer["complete"] and gone["dialect"] == answer["dialect"] and gone["id"] not in listed:
                gone["periods"] = [(begin, min(end, answer["clock"])) for begin, end in gone["periods"]
                                   if begin < answer["clock"]]
    return list(held.values())


def comparable(item):
    links = sorted((line, kind) for line, (_, kind) in item["links"].items())
    return (item["cause"], item["severity"], sorted(item["periods"]), links, sorted(item["stops"]),
            item["lift"], item["masked"])


# ---------------------------------------------------------------- the day


def cut(periods, start, end):
    """The union of the periods within [start, end), in seconds intervals."""
    pieces = sorted((max(begin, start), min(stop, end)) for begin, stop in periods)
    return [(begin, stop) for begin, stop in pieces if begin < stop]


def minutes_by_weight(weighted, start, end):
    """{weight: minutes} of [start, end): each moment bears its worst weight."""
    pieces = [(begin, stop, weight) for periods, weight in weighted for begin, stop in cut(periods, start, end)]
    bounds = sorted({bound for begin, stop, _ in pieces for bound in (begin, stop)})
    minutes = Counter()
    for left, right in zip(bounds, bounds[1:]):
        worst = max((weight for begin, stop, weight in pieces if begin <= left and right <= stop), default=0)
        if worst:
            minutes[worst] += (right - left) / 60
    return minutes


def service_window(day):
    return (local_to_instant(datetime(day.year, day.month, day.day, 5, 30)),
            local_to_instant(datetime.combine(day + timedelta(days=1), datetime.min.time()) + timedelta(minutes=75)))


def line_minutes(disruptions, keep, day):
    weighted = []
    for item in disruptions:
        if item["masked"]:
            continue
        for line, kind in item["links"].values():
            if keep(line) and (item["severity"], kind) in WEIGHTS:
                weighted.append((item["periods"], WEIGHTS[item["severity"], kind]))
    return minutes_by_weight(weighted, *service_window(day))


def monitored_key(line):
    return line["mode"], (line["code"] or "").casefold()


def monitored_rows(disruptions, day):
    start, end = service_window(day)
    rows = []
    for mode, code in MONITORED:
        minutes = line_minutes(disruptions, lambda line: monitored_key(line) == (mode, code.casefold()), day)
        blocked = minutes.get(1.0, 0)
        disturbed = sum(spent for weight, spent in minutes.items() if weight < 1)
        lost = sum(weight * spent for weight, spent in minutes.items())
        rows.append({
            "ligne": code,
            "mode": mode,
            "etat": "bloque" if blocked >= 1 else "perturbe" if disturbed >= 1 else "normal",
            "minutes_bloquees": blocked,
            "minutes_perturbees": disturbed,
            "indice": 100 * (1 - lost / ((end - start) / 60)),
        })
    return rows


def top_lines(active, disruptions, day):
    counts, lines = Counter(), {}
    for item in active:
        for line, _ in item["links"].values():
            counts[line["id"]] += 1
            lines[line["id"]] = line
    rows = []
    for identifier, line in lines.items():
        minutes = line_minutes(disruptions, lambda other: other["id"] == identifier, day)
        rows.append((-counts[identifier], -sum(minutes.values()), identifier, line))
    return [{"ligne": line["code"], "mode": line["mode"], "reseau": line["network"], "count": -count,
             "minutes_perturbees": -minutes} for count, minutes, _, line in sorted(rows, key=lambda row: row[:3])[:10]]


def alerts(active, day):
    """By id here; the contract gives no order."""
    watched = {(mode, code.casefold()): code for mode, code in MONITORED}
    rows = []
    for item in active:
        links = [(line, kind) for line, kind in item["links"].values() if monitored_key(line) in watched]
        if item["masked"] or item["severity"] not in ("CRITIQUE", "ELEVEE") or not links:
            continue
        today = [(begin, end) for begin, end in item["periods"] if cut([(begin, end)], *bounds_of(day))]
        last = max(end for _, end in today)
        rows.append({
            "id": item["id"],
            "severite": item["severity"],
            "cause": item["cause"],
            "lien": min((kind for _, kind in links), key=LINK_ORDER.index),
            "debut": iso(min(begin for begin, _ in today)),
            "fin": None if last == FOREVER else iso(last),
            "minutes_dans_jour": sum(minutes_by_weight([(item["periods"], 1)], *bounds_of(day)).values()),
        })
    return sorted(rows, key=lambda row: row["id"])


def bounds_of(day):
    return midnight(day), midnight(day + timedelta(days=1))


def is_active(item, day):
    return bool(cut(item["periods"], *bounds_of(day)))


def lifts(items, day):
    open_today = [item for item in items if is_active(item, day)]
    stops = Counter(stop for item in open_today for stop in set(item["stops"]))
    return {"actives": len(open_today), "total": len(items),
            "arrets": [{"nom": name, "ascenseurs": number} for name, number in sorted(stops.items())]}


def metrics(root, day):
    ledger = Ledger()
    answers = read_answers(root, day, ledger)
    if not answers:
        return None
    complete = any(answer["complete"] for answer in answers)
    missing = sum(not answer["complete"] for answer in answers)
    if missing:
        ledger.by_day[day]["page_manquante"] += missing
    everything = last_words(answers, ledger, day)
    disruptions = [item for item in everything if not item["lift"]]
    active = [item for item in disruptions if is_active(item, day)]
    after = bounds_of(day)[1]
    planned = [item for item in disruptions if not is_active(item, day) and any(begin >= after for begin, _ in item["periods"])]
    modes = Counter(mode for item in active for mode in {line["mode"] for line, _ in item["links"].values()})
    severities = Counter(item["severity"] for item in active)
    rows = monitored_rows(disruptions, day)
    return {
        "active_disruptions_count": len(active),
        "total_disruptions_count": len(disruptions),
        "planned_disruptions_count": len(planned),
        "disruptions_by_severity": {severity: severities[severity] for severity in SEVERITIES},
        "by_cause": dict(sorted(Counter(item["cause"] for item in active).items())),
        "by_mode": dict(sorted(modes.items())),
        "top_lignes_impactees": top_lines(active, disruptions, day),
        "lignes": rows,
        "alerts": alerts(active, day),
        "reliability_index": mean(row["indice"] for row in rows) if complete else None,
        "accessibilite": lifts([item for item in everything if item["lift"]], day),
        "qualite": ledger.quality(day, len(everything)),
    }

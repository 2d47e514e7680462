"""Public transport disruptions: navitia answers (pages) and PRIM bulk snapshots, one model."""

import math
import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta

from common import (UNREADABLE, Ledger, iso, local_to_instant, mean, midnight, objects_under, plain, read_json,
                    text_or_none)

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
WATCHED = {(mode, code.casefold()): code for mode, code in MONITORED}
WEIGHTS = {("CRITIQUE", "line"): 1.0, ("ELEVEE", "line"): 0.5, ("CRITIQUE", "section"): 0.5, ("ELEVEE", "section"): 0.25}
LINK_ORDER = ["line", "section", "stop", "network"]
NAVITIA_LINKS = {"line": "line", "route": "line", "stop_area": "stop", "stop_point": "stop", "network": "network"}
PAGE_GAP_S = 600
FOREVER = float("inf")
NO_CLOCK = float("-inf")
# Ends are written as 99991231T235959 when their author does not know them.
LAST_INSTANT = 253_402_207_200


# ---------------------------------------------------------------- both dialects to one model


def local_stamp(text):
    """Instant of YYYYMMDDTHHMMSS or of an ISO stamp, Paris wall time unless it has an offset; one that the clock
    jumps over moves an hour on."""
    text = text.strip() if isinstance(text, str) else ""
    try:
        naive = datetime.strptime(text, "%Y%m%dT%H%M%S") if len(text) == 15 else datetime.fromisoformat(text)
    except ValueError:
        return None
    if naive.tzinfo:
        return math.floor(naive.timestamp())
    naive = naive.replace(microsecond=0)
    return local_to_instant(naive) or local_to_instant(naive + timedelta(hours=1))


def periods_of(raw, problems):
    periods = set()
    for item in raw or []:
        begin = local_stamp(item.get("begin"))
        end = local_stamp(item["end"]) if item.get("end") else FOREVER
        if begin is None or end is None:
            problems["periode_illisible"] += 1
        elif end < begin:
            problems["periode_inversee"] += 1
        else:
            periods.add((begin, FOREVER if end >= LAST_INSTANT else end))
    return sorted(periods)


def severity_of(effect, name, problems):
    """(severity, is it an accessibility issue)."""
    if effect:
        if effect == "ACCESSIBILITY_ISSUE":
            return "FAIBLE", True
        severity = BY_EFFECT.get(effect)
    else:
        severity = BY_NAME.get(plain(name or ""))
    if severity is None:
        problems["effet_inconnu"] += 1
    return severity or "FAIBLE", False


def effect_code(raw):
    """The effect in capitals without its suffix; NO_EFFECT is whole."""
    effect = (text_or_none(raw) or "").upper()
    return (effect if effect == "NO_EFFECT" else effect.removesuffix("_EFFECT")) or None


def read_items(items, convert, problems):
    """Models of the elements that are objects with an id."""
    found = []
    for item in items:
        if not isinstance(item, dict):
            problems["ligne_mal_formee"] += 1
        elif text_or_none(item.get("id")) is None:
            problems["identifiant_illisible"] += 1
        else:
            found.append(convert(item, problems))
    return found


def model(item, periods, effect, severity, links, stops, told, problems):
    """`severity` is the raw object or name; `told` are the texts."""
    effect = effect_code(effect)
    severity, accessibility = severity_of(effect, severity, problems)
    tags = {tag.strip() for tag in item.get("tags") or [] if text_or_none(tag)}
    return {
        "id": text_or_none(item["id"]),
        "cause": (text_or_none(item.get("cause")) or "inconnu").lower(),
        "effect": effect,
        "severity": severity,
        "periods": periods_of(periods, problems),
        "links": links,
        "stops": stops,
        "tags": tags,
        "told": told,
        "lift": accessibility or any(plain(tag) == "ascenseur" for tag in tags),
        "masked": any(plain(tag) == "masquee" for tag in tags),
    }


def line_of(identifier, code, mode, network):
    mode = MODES.get(plain(mode or ""), (mode or "").strip().lower())
    code = text_or_none(code) or identifier
    folded = plain(code)
    watched = (mode, CODE_ALIASES.get((mode, folded), folded))
    return {"id": identifier, "code": WATCHED.get(watched, code), "mode": mode, "network": network,
            # Two ids of one monitored line are one line.
            "key": watched if watched in WATCHED else identifier}


def navitia_model(item, problems):
    links, stops, networks = [], [], []
    for impacted in item.get("impacted_objects") or []:
        thing = impacted.get("pt_object") or {}
        kind = NAVITIA_LINKS.get(thing.get("embedded_type"))
        name = text_or_none(thing.get("name")) or text_or_none(thing.get("id"))
        if kind in ("stop", "network"):
            (stops if kind == "stop" else networks).append(name)
        section = impacted.get("impacted_section")
        line = thing.get("line") or (thing.get("route") or {}).get("line")
        if kind == "line" and line:
            mode = (line.get("commercial_mode") or {}).get("name")
            links.append((line_of(line["id"], line.get("code"), mode, (line.get("network") or {}).get("name")),
                          "line" if section is None else "section"))
            # The ends of a section are stops too.
            ends = (section or {}).get("from"), (section or {}).get("to")
            stops += [end["name"] for end in ends if thing.get("embedded_type") == "line" and (end or {}).get("name")]
    severity = item.get("severity") or {}
    told = {"priority": severity.get("priority"), "title": message(item, "title"),
            "text": message(item, "web") or message(item, None), "networks": sorted(set(networks))}
    return model(item, item.get("application_periods"), severity.get("effect"), severity.get("name"), links, stops, told, problems)


def message(item, channel):
    """The first message of a channel; without one, the first that is no title."""
    types = lambda one: (one.get("channel") or {}).get("types") or []
    found = (one.get("text") for one in item.get("messages") or [] if (channel in types(one) if channel else "title" not in types(one)))
    return text_or_none(next(found, None))


def strongest_links(item):
    """One link per line, the strongest: [(line, kind)]."""
    held = {}
    for line, kind in item["links"]:
        before = held.get(line["key"])
        if before is None or LINK_ORDER.index(kind) < LINK_ORDER.index(before[1]):
            held[line["key"]] = (line, kind)
    return list(held.values())


def bulk_links(body):
    """disruption id -> (links, stops): a line beside its own stops is a section, one stop, or the line."""
    links, stops = defaultdict(list), defaultdict(list)
    names = {thing["id"]: thing["name"] for raw in body["lines"] for thing in raw.get("impactedObjects") or []
             if thing.get("type") == "network" and text_or_none(thing.get("name"))}
    for raw in body["lines"]:
        network = text_or_none(raw.get("networkId"))
        line = line_of(raw["id"], text_or_none(raw.get("shortName")) or raw.get("name"), raw.get("mode"), names.get(network, network))
        named, kinds = defaultdict(dict), defaultdict(set)
        for thing in raw.get("impactedObjects") or []:
            for disruption in thing.get("disruptionIds") or []:
                kind = NAVITIA_LINKS.get(thing.get("type"))
                kinds[disruption].add(kind)
                if kind == "stop":
                    name = text_or_none(thing.get("name")) or thing.get("id")
                    named[disruption].setdefault(plain(name), name)
        for disruption, found in kinds.items():
            several = len(named[disruption])
            kind = "section" if several > 1 else "stop" if several else "line" if "line" in found else "network"
            if found != {None}:
                links[disruption].append((line, kind))
            stops[disruption] += named[disruption].values()
    return links, stops


# ---------------------------------------------------------------- answers of the day


def read_answers(root, day, ledger):
    """Answers in the order of their own clock: {"clock", "dialect", "complete", "items"}; without a clock first."""
    pages, answers = [], []
    for order, name in enumerate(objects_under(root, f"api/traffic_ratp/dt={day}")):
        body = read_json(root, name)
        kind = dialect_of(body)
        if kind is None:
            UNREADABLE.add(name)
            continue
        ledger.read += len(body.get("disruptions") or [])
        if kind == "navitia":
            clock = local_stamp((body.get("context") or {}).get("current_datetime"))
            pages.append((NO_CLOCK if clock is None else clock, order, body))
        else:
            answers.append(bulk_answer(body, order, ledger, day))
    answers += [navitia_answer(group, day, ledger) for group in group_pages(pages)]
    return sorted(answers, key=lambda answer: (answer["clock"], answer["order"]))


def dialect_of(body):
    """Bulk has lines, without which every one would look undisturbed; a navitia page what its answers are made of."""
    if not isinstance(body, dict):
        return None
    listed, answer = isinstance(body.get("disruptions"), list), ("pagination", "context", "line_reports", "traffic_reports")
    if (listed or isinstance(body.get("error"), dict)) and any(key in body for key in answer):
        return "navitia"
    return "bulk" if listed and isinstance(body.get("lines"), list) else None


def bulk_answer(body, order, ledger, day):
    clock = local_stamp(body.get("lastUpdatedDate"))
    links, stops = bulk_links(body)

    def convert(item, problems):
        told = {"priority": item.get("priority"), "title": text_or_none(item.get("title")),
                "text": text_or_none(item.get("message")) or text_or_none(item.get("shortMessage")), "networks": []}
        return model(item, item.get("applicationPeriods"), item.get("effect"), item.get("severity"),
                     links[text_or_none(item["id"])], stops[text_or_none(item["id"])], told, problems)

    items = read_items(body["disruptions"], convert, ledger.by_day[day])
    return {"clock": NO_CLOCK if clock is None else clock, "order": order, "dialect": "bulk", "complete": True, "items": items}


def group_pages(pages):
    """Pages of one answer: same totals, distinct first records, ten minutes at most after the one before."""
    groups = []
    for clock, order, body in sorted(pages, key=lambda page: page[:2]):
        pagination = body.get("pagination") or {}
        key = (pagination.get("total_result"), pagination.get("items_per_page"))
        start = pagination.get("start_page")
        # The latest that takes it: one answer may be asked for twice within minutes.
        for group in reversed(groups):
            near = clock == group["last"] or clock - group["last"] <= PAGE_GAP_S
            if key[0] is not None and group["key"] == key and start not in group["starts"] and near:
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
    items = [item for body in bodies for item in read_items(body.get("disruptions") or [], navitia_model, ledger.by_day[day])]
    return {"clock": group["first"], "order": group["order"], "dialect": "navitia", "complete": complete, "items": items}


def asks_for_everything(body, day):
    """The answer's own request neither looks at other days nor names one line or network."""
    for link in body.get("links") or []:
        href = link.get("href") or ""
        if link.get("type") != "first":
            continue
        since, until = (re.search(rf"[?&]{word}=([^&]*)", href) for word in ("since", "until"))
        # A window that cannot be read cannot be shown to hold the day.
        if since and not (local_stamp(since[1]) or FOREVER) < midnight(day + timedelta(days=1)):
            return False
        if until and not (local_stamp(until[1]) or 0) > midnight(day):
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
                same = not conflicts(held[item["id"]], item)
                ledger.by_day[day]["doublons" if same else "doublons_conflictuels"] += 1
            held[item["id"]] = {**item, "dialect": answer["dialect"], "ended": None}
        listed = {item["id"] for item in answer["items"]}
        # An answer without a clock does not say when.
        ends = answer["complete"] and answer["clock"] != NO_CLOCK
        for gone in held.values():
            if ends and gone["dialect"] == answer["dialect"] and gone["id"] not in listed and gone["ended"] is None:
                gone["ended"] = answer["clock"]
    for item in held.values():
        if item["ended"] is not None:
            item["periods"] = [(begin, min(end, item["ended"])) for begin, end in item["periods"] if begin < item["ended"]]
    return list(held.values())


def conflicts(held, new):
    """Whether any field that both give differs; texts are compared as written, all links as one field."""
    links = lambda item: (sorted((line["id"], line["code"], line["network"] or "", kind) for line, kind in item["links"])
                          + sorted(set(item["stops"])) + item["told"]["networks"])
    pairs = [(held[key], new[key]) for key in ("effect", "periods", "tags", "severity")] + [(links(held), links(new))]
    pairs += [(item["cause"] if item["cause"] != "inconnu" else None for item in (held, new))]
    pairs += [(held["told"][key], new["told"][key]) for key in ("title", "text")]
    ranks = held["told"]["priority"], new["told"]["priority"]
    return any(one and other and one != other for one, other in pairs) or (None not in ranks and ranks[0] != ranks[1])


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
        for line, kind in strongest_links(item):
            if keep(line) and (item["severity"], kind) in WEIGHTS:
                weighted.append((item["periods"], WEIGHTS[item["severity"], kind]))
    return minutes_by_weight(weighted, *service_window(day))


def monitored_rows(disruptions, day):
    start, end = service_window(day)
    rows = []
    for mode, code in MONITORED:
        minutes = line_minutes(disruptions, lambda line: line["key"] == (mode, code.casefold()), day)
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
        counts.update({line["key"] for line, _ in item["links"]})
        for line, _ in item["links"]:
            # Of several descriptions of one line the least is shown, one without a network last.
            lines[line["key"]] = min(line, lines.get(line["key"], line), key=lambda one: (one["id"], one["network"] is None, one["network"]))
    rows = []
    for key, line in lines.items():
        minutes = line_minutes(disruptions, lambda other: other["key"] == key, day)
        rows.append((-counts[key], -sum(minutes.values()), line["id"], line))
    return [{"ligne": line["code"], "mode": line["mode"], "reseau": line["network"], "count": -count,
             "minutes_perturbees": -minutes} for count, minutes, _, line in sorted(rows, key=lambda row: row[:3])[:10]]


def alerts(active, day):
    """By id here; the contract gives no order."""
    rows = []
    for item in active:
        links = [(line, kind) for line, kind in strongest_links(item) if line["key"] in WATCHED]
        if item["masked"] or item["severity"] not in ("CRITIQUE", "ELEVEE") or not links:
            continue
        today = [(begin, end) for begin, end in item["periods"] if cut([(begin, end)], *bounds_of(day))]
        last = max(end for _, end in today)
        rows.append({
            "id": item["id"],
            "severite": item["severity"],
            "effet": item["effect"],
            "cause": item["cause"],
            "lignes": [code for key, code in WATCHED.items() if key in {line["key"] for line, _ in links}],
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
    modes = Counter(mode for item in active for mode in {line["mode"] for line, _ in item["links"]})
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

"""Messy transit answers: both dialects, pages, clocks, requests, periods, links, tags."""

from datetime import timedelta

from messy import write

EFFECTS = ["NO_SERVICE", "SIGNIFICANT_DELAYS", "REDUCED_SERVICE", "DETOUR", "MODIFIED_SERVICE", "STOP_MOVED", "OTHER",
           "ADDITIONAL_SERVICE", "UNKNOWN", "NO_EFFECT", "ACCESSIBILITY_ISSUE", "FLYING", "no_service"]
NAMES = ["bloquante", "BLOQUANTE", "perturbée", "Perturbee", "PERTURBEE", "information", "INFORMATION", "grave", ""]
CAUSES = ["travaux", "TRAVAUX", "Incident", "météo", "", None, "  PERTURBATION "]
TAGS = ["Ascenseur", "ascenseur", "Masquée", "MASQUEE", "Actualité"]
STOPS = ["Nation", "nation", "Bastille", "Châtelet", "Chatelet", "Gare de Lyon"]
TEXTS = ["<p>Arrêt &eacute;vit&#233;</p>", "vers <RER> A &lt;b&gt;", "<a href='x>y'>ici", "<!-- rien", "plain", "", None]
LINES = [("metro", "1"), ("metro", "3B"), ("metro", "3bis"), ("metro", "7b"), ("metro", "14"), ("rer", "A"), ("rer", "b"),
         ("tram", "T3A"), ("tram", "T3b"), ("tram", "t2"), ("transilien", "H"), ("bus", "1"), ("bus", "N01"), ("funicular", "FUN")]
NAVITIA_WORDS = {"metro": ["Métro", "METRO", "metro"], "rer": ["RER", "rer"], "tram": ["Tramway", "tramway"],
                 "transilien": ["Train Transilien", "transilien"], "bus": ["Bus", "BUS"], "funicular": ["Funiculaire"]}
BULK_WORDS = {"metro": ["Metro"], "rer": ["RapidTransit"], "tram": ["Tramway"], "transilien": ["LocalTrain"],
              "bus": ["Bus"], "funicular": ["Funicular"]}
REQUESTS = ["line_reports?count=25", "line_reports?since={before}&until={after}", "line_reports?since={in}",
            "line_reports?since={long_ago}&until={before}", "line_reports?since={after}", "line_reports?until={before}",
            "lines/line:IDFM:C01371/line_reports", "networks/network:IDFM:1046/line_reports?count=25",
            "line_reports?since=hier"]


def generate(root, day, mess):
    pool = [f"d{number}" for number in range(mess.randint(1, 9))]
    number = 0
    for _ in range(mess.choice([0, 1, 1, 2, 3, 4])):
        bodies = navitia_pages(day, mess, pool) if mess.odds(0.6) else [bulk(day, mess, pool)]
        for body in bodies:
            number += 1
            prefix = mess.choice(["a", "b", "z"])
            hour = mess.often("", "hour=07/")
            write(root, f"api/traffic_ratp/dt={day}/{hour}{prefix}{number:02}.json", body, mess)
    if mess.odds(0.03):
        write(root, f"api/traffic_ratp/dt={day}/odd.json", mess.choice(["{}", "[]", "nope", '{"disruptions": []}']), mess)


# ---------------------------------------------------------------- what both dialects say


def compact(moment):
    return moment.strftime("%Y%m%dT%H%M%S")


def period(day, mess):
    if mess.odds(0.06):
        return mess.choice([{"begin": "hier", "end": compact(mess.moment(day))}, {"end": compact(mess.moment(day))},
                            {"begin": compact(mess.moment(day)), "end": "20259999T000000"}, {"begin": None, "end": None}])
    begin, end = mess.moment(day), mess.moment(day)
    if begin > end and mess.odds(0.9):
        begin, end = end, begin
    ended = {} if mess.odds(0.1) else {"end": mess.often(compact(end), mess.choice([None, "", "99991231T235959"]), 0.92)}
    return {"begin": compact(begin), **ended}


def common(day, mess, identifier, periods_key):
    body = {"id": identifier, "cause": mess.choice(CAUSES), periods_key: [period(day, mess) for _ in range(mess.choice([0, 1, 1, 2, 3]))]}
    if mess.odds(0.5):
        body["tags"] = [mess.choice(TAGS) for _ in range(mess.choice([0, 1, 1, 2]))]
    if mess.odds(0.02):
        body["id"] = mess.choice([None, "", 17])
    return body


def effect(mess):
    return mess.choice(EFFECTS) + mess.often("", "_EFFECT", 0.6)


# ---------------------------------------------------------------- navitia


def navitia_line(mess):
    mode, code = mess.choice(LINES)
    line = {"id": f"line:{mode}:{code.lower()}", "code": mess.often(code, code.upper()),
            "commercial_mode": {"name": mess.choice(NAVITIA_WORDS[mode])}, "network": {"name": "RATP"}}
    return mess.often(line, {**line, "network": None}, 0.95)


def impacted(mess):
    kind = mess.choice(["line", "line", "line", "section", "route", "stop_area", "stop_point", "network", "trip"])
    if kind in ("line", "section"):
        line = navitia_line(mess)
        found = {"pt_object": {"id": line["id"], "name": line["code"], "embedded_type": "line", "line": line}}
        if kind == "section":
            found["impacted_section"] = {"from": {"name": mess.choice(STOPS)}, "to": {"name": mess.choice(STOPS)}}
        return found
    if kind == "route":
        return {"pt_object": {"id": "route:1", "embedded_type": "route", "route": {"id": "route:1", "line": navitia_line(mess)}}}
    return {"pt_object": {"id": f"{kind}:1", "name": mess.often(mess.choice(STOPS), None, 0.9), "embedded_type": kind}}


def navitia_item(day, mess, identifier):
    severity = {"effect": mess.often(effect(mess), None, 0.85), "name": mess.choice(NAMES), "priority": mess.randint(0, 60)}
    texts = [{"text": mess.choice(TEXTS), "channel": {"types": mess.some(["title", "web", "sms"])}} for _ in range(mess.randint(0, 3))]
    return {**common(day, mess, identifier, "application_periods"), "status": mess.choice(["active", "past", "future"]),
            "severity": mess.often(severity, None, 0.97), "messages": texts,
            "impacted_objects": [impacted(mess) for _ in range(mess.choice([0, 1, 1, 2, 4]))],
            "updated_at": compact(mess.moment(day))}


def navitia_pages(day, mess, pool):
    ids = mess.some(pool)
    pages = max(1, mess.choice([1, 1, 2, 3]))
    clock = mess.moment(day)
    path = mess.often(REQUESTS[0], lambda: mess.choice(REQUESTS), 0.7)
    bounds = {"before": compact(mess.moment(day - timedelta(days=1))), "after": compact(mess.moment(day + timedelta(days=1))),
              "in": compact(mess.moment(day)), "long_ago": "20130101T000000"}
    items = [navitia_item(day, mess, identifier) for identifier in ids]
    if items and mess.odds(0.1):
        items.append(mess.choice(items))
    if mess.odds(0.02):
        items.append(mess.choice([17, None, "x"]))
    total, bodies = 25 * pages - mess.randint(0, 20), []
    for start in range(pages):
        held = 25 if start < pages - 1 else total - 25 * (pages - 1)
        body = {"pagination": {"total_result": total, "items_per_page": 25, "items_on_page": held, "start_page": start},
                "context": {"current_datetime": compact(clock)}, "disruptions": items[start::pages],
                "links": [{"type": "next", "href": "https://x/lines/1"}, {"type": "first", "href": "https://x/v1/coverage/fr-idf/" + path.format(**bounds)}]}
        clock += timedelta(minutes=mess.often(1, lambda: mess.choice([9, 10, 11])), seconds=mess.choice([0, 0, 1]))
        if mess.odds(0.04):
            body["error"] = {"id": "no_solution"}
        if mess.odds(0.04):
            body["context"] = mess.choice([{}, {"current_datetime": "maintenant"}])
        if mess.odds(0.04):
            body["pagination"] = mess.choice([{}, {"total_result": 0, "items_per_page": 25, "items_on_page": 0, "start_page": 0}])
        if mess.odds(0.94):
            bodies.append(body)
    return bodies


# ---------------------------------------------------------------- the bulk feed


def bulk(day, mess, pool):
    ids = mess.some(pool)
    items = []
    for identifier in ids:
        item = {**common(day, mess, identifier, "applicationPeriods"), "severity": mess.often(mess.choice(NAMES), None, 0.95),
                "title": mess.choice(TEXTS), "message": mess.choice(TEXTS), "lastUpdate": compact(mess.moment(day))}
        if mess.odds(0.1):
            item["effect"] = effect(mess)
        items.append(item)
    lines = [bulk_line(mess, ids, mode, code) for mode, code in mess.some(LINES)]
    body = {"disruptions": items, "lines": lines}
    if mess.odds(0.9):
        stamp = mess.moment(day).isoformat()
        body["lastUpdatedDate"] = stamp + mess.choice(["", "Z", ".123Z", "+01:00"])
    return body


def bulk_line(mess, ids, mode, code):
    things = [{"type": mess.choice(["line", "line", "stop_area", "stop_point", "stop_point", "network", "route", "trip"]),
               "id": f"o{number}", "name": mess.often(mess.choice(STOPS), None, 0.9), "disruptionIds": mess.some(ids)}
              for number in range(mess.randint(0, 4))]
    return {"id": f"line:{mode}:{code.lower()}", "name": code, "shortName": mess.often(code, None, 0.9),
            "mode": mess.choice(BULK_WORDS[mode]), "networkId": mess.often("network:1", None, 0.9), "impactedObjects": things}

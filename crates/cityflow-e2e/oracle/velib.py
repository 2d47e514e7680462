"""Vélib' stations: GBFS snapshots of station_status and station_information."""

from collections import Counter, defaultdict

from common import (iso, json_or_none, known, local, lon_lat, mean, parse_number, parse_point, percent,
                    read_text, text_or_none, total, zone_of)

MUTE_AFTER_S = 24 * 3600
MAX_STOCK = 10_000


def payload_of(root, name):
    """{"stamp", "status", "stations"} of a GBFS snapshot; None for any other object."""
    text = read_text(root, name)
    body = json_or_none(text) if text.lstrip()[:1] == "{" and '"stations"' in text else None
    stations = ((body or {}).get("data") or {}).get("stations")
    if stations is None:
        return None
    stamp = body.get("last_updated", body.get("lastUpdatedOther"))
    is_status = any("num_bikes_available" in row or "numBikesAvailable" in row or "is_installed" in row
                    for row in stations) or (not stations and "status" in name)
    return {"stamp": stamp, "status": is_status, "stations": stations}


def first_known(row, *keys):
    return next((row[key] for key in keys if row.get(key) is not None), None)


def stock(raw, issues):
    """Bikes or docks: whole, within the limits of a counter."""
    value, unreadable = parse_number(raw)
    if value is not None and not 0 <= value <= MAX_STOCK:
        issues["comptage_hors_limites"] += 1
        return None
    unreadable = unreadable or (value is not None and value != int(value))
    issues["nombre_illisible"] += unreadable
    return None if unreadable else value


def flag(raw, issues):
    return bool(raw) if isinstance(raw, bool) else None if (value := stock(raw, issues)) is None else value == 1


def instant(raw, issues):
    value, unreadable = parse_number(raw)
    issues["nombre_illisible"] += unreadable
    return value


def read_rows(item, ledger):
    """[(station, row as written)] of a snapshot."""
    rows = []
    for row in item["stations"]:
        station = text_or_none(row.get("station_id")) if isinstance(row, dict) else None
        if station is None or station == "*":
            ledger.undated["identifiant_illisible" if isinstance(row, dict) else "ligne_mal_formee"] += 1
        else:
            rows.append((station, row))
    return rows


def in_service(row):
    return bool(row["installed"] and row["renting"])


def read_station(row, issues):
    kinds = {}
    for kind in row.get("num_bikes_available_types") or []:
        kinds.update(kind)
    return {
        "code": text_or_none(row.get("stationCode") or row.get("station_code")),
        "bikes": stock(first_known(row, "num_bikes_available", "numBikesAvailable"), issues),
        "mechanical": stock(kinds.get("mechanical"), issues),
        "electric": stock(kinds.get("ebike"), issues),
        "docks": stock(first_known(row, "num_docks_available", "numDocksAvailable"), issues),
        "installed": flag(row.get("is_installed"), issues),
        "renting": flag(row.get("is_renting"), issues),
        "reported": instant(row.get("last_reported"), issues),
    }


def metrics(payloads, zones, day, ledger):
    """{"metrics", "kept"}; no metrics without a status snapshot stamped within the day."""
    payloads = [{**item, "rows": read_rows(item, ledger)} for item in payloads]
    of_day = [item for item in payloads if item["stamp"] is not None and local(item["stamp"]).date() == day]
    issues = ledger.by_day[day]
    snapshots = merge_snapshots([item for item in of_day if item["status"]], issues)
    info_rows = [(item["stamp"], station) for item in of_day if not item["status"] for station, _ in item["rows"]]
    issues["doublons"] += len(info_rows) - len(set(info_rows))
    kept = sum(map(len, snapshots.values())) + len(set(info_rows))
    if not snapshots:
        return {"metrics": None, "kept": kept}
    information = {}
    for item in sorted((item for item in payloads if not item["status"]), key=lambda item: item["stamp"] or 0):
        information.update(item["rows"])
    stamps = sorted(snapshots)
    seen = sorted({station for snapshot in snapshots.values() for station in snapshot})
    detail = [station_row(station, [snapshots[stamp] for stamp in stamps], information.get(station, {}), zones)
              for station in seen]
    last = snapshots[stamps[-1]]
    everyone = [list(snapshots[stamp].values()) for stamp in stamps]
    return {
        "kept": kept,
        "metrics": {
            "instantanes": {"nombre": len(stamps), "premier": iso(stamps[0]), "dernier": iso(stamps[-1])},
            "stations": len(seen),
            "stations_en_service": sum(in_service(row) for row in last.values()),
            "stations_muettes": sum(row["reported"] is not None and row["reported"] < stamps[-1] - MUTE_AFTER_S
                                    for row in last.values()),
            "capacite_totale": total(row["capacite"] for row in detail),
            "velos_disponibles_moyen": mean_of_sums(everyone, "bikes"),
            "mecaniques_moyen": mean_of_sums(everyone, "mechanical"),
            "electriques_moyen": mean_of_sums(everyone, "electric"),
            "bornes_libres_moyen": mean_of_sums(everyone, "docks"),
            "part_vide": share_at_zero(everyone, "bikes"),
            "part_pleine": share_at_zero(everyone, "docks"),
            "by_arrondissement": by_zone(detail, [snapshots[stamp] for stamp in stamps]),
            "stations_detail": detail,
        },
    }


def merge_snapshots(items, issues):
    """{stamp: {station: row}}: two snapshots with one stamp are one, field by field as any duplicates."""
    snapshots = {}
    for item in items:
        held = snapshots.setdefault(item["stamp"], {})
        for station, row in item["rows"]:
            new = read_station(row, issues)
            if station not in held:
                held[station] = new
                continue
            known = {key: value for key, value in new.items() if value is not None}
            conflict = any(held[station][key] not in (None, value) for key, value in known.items() if key != "code")
            issues["doublons_conflictuels" if conflict else "doublons"] += 1
            held[station] |= known
    return snapshots


def mean_of_sums(snapshots, key):
    """Mean over snapshots of the sum over stations."""
    return mean(total(row[key] for row in rows) for rows in snapshots)


def share_at_zero(snapshots, key):
    """Percent of the station-snapshots in service whose number is zero."""
    values = known(row[key] for rows in snapshots for row in rows if in_service(row))
    return percent(sum(value == 0 for value in values), len(values))


def station_row(station, snapshots, information, zones):
    rows = [snapshot[station] for snapshot in snapshots if station in snapshot]
    point, _ = parse_point({"lat": information.get("lat"), "lon": information.get("lon")})
    own = [[row] for row in rows]
    return {
        "station_id": station,
        "code": text_or_none(information.get("stationCode")) or next((row["code"] for row in rows if row["code"]), None),
        "nom": text_or_none(information.get("name")),
        "capacite": parse_number(information.get("capacity"))[0],
        "velos_moyen": mean_of_sums(own, "bikes"),
        "electriques_moyen": mean_of_sums(own, "electric"),
        "bornes_moyen": mean_of_sums(own, "docks"),
        "part_vide": share_at_zero(own, "bikes"),
        "part_pleine": share_at_zero(own, "docks"),
        "arrondissement": zone_of(point, zones),
        "coordinates": lon_lat(point),
    }


def by_zone(detail, snapshots):
    members = defaultdict(set)
    for row in detail:
        members[row["arrondissement"]].add(row["station_id"])
    rows = []
    for zone in sorted(members, key=lambda zone: (zone is None, zone)):
        inside = [[row for station, row in snapshot.items() if station in members[zone]] for snapshot in snapshots]
        rows.append({
            "arrondissement": zone,
            "stations": len(members[zone]),
            "velos_moyen": mean_of_sums(inside, "bikes"),
            "bornes_moyen": mean_of_sums(inside, "docks"),
            "part_vide": share_at_zero(inside, "bikes"),
            "part_pleine": share_at_zero(inside, "docks"),
        })
    return rows

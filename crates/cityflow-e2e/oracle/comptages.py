"""Hourly road counts: flow q (vehicles per hour) and occupancy k (percent) per arc."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache

from common import (HOUR, Ledger, day_slots, iso, known, largest_first, line_length, local, lon_lat,
                    mean, merge_values, midnight, objects_under, parse_number, parse_point, parse_line,
                    parse_stamp, peak, percent, plain, quality, read_rows, text_or_none, total, zone_of,
                    zone_source)
from failing import HISTORY_DAYS, failing_rows
from referentiel import arc_id, is_ring_road, place_of

ALIASES = {
    "arc": ["Identifiant arc", "iu_ac"],
    "label": ["Libelle"],
    "stamp": ["Date et heure de comptage", "t_1h"],
    "flow": ["Débit horaire", "q"],
    "occupancy": ["Taux d'occupation", "k"],
    "traffic": ["Etat trafic", "etat_trafic"],
    "arc_state": ["Etat arc", "etat_barre"],
    "point": ["geo_point_2d"],
    "shape": ["geo_shape"],
}
REQUIRED = [("arc",), ("stamp",), ("flow", "occupancy")]
STATES = ["Fluide", "Pré-saturé", "Saturé", "Bloqué"]  # from best to worst
UNKNOWN = "Inconnu"
TRAFFIC_NAMES = {plain(name): name for name in [*STATES, UNKNOWN]} | {
    "0": UNKNOWN, "1": "Fluide", "2": "Pré-saturé", "3": "Saturé", "4": "Bloqué"}
ARC_NAMES = {plain(name): name for name in ("Ouvert", "Barré", "Invalide", "Inconnu")} | {
    "0": "Inconnu", "1": "Ouvert", "2": "Barré", "3": "Invalide"}
MAX_FLOW = 12_000
SATURATED, BLOCKED, CRITICAL = 30, 50, 80


# ---------------------------------------------------------------- reading


def load(root):
    """All counts of the bucket: hours[arc][slot] = [q, k], and what else a day needs."""
    ledger = Ledger()
    hours, texts = defaultdict(dict), defaultdict(dict)
    first_point, first_shape = {}, {}
    day_of = cache(lambda slot: local(slot).date())
    for name in objects_under(root, "batch/comptages_routiers"):
        for row in read_rows(root, name, ALIASES, REQUIRED, ledger.undated):
            ledger.read += 1
            if row is None:
                ledger.undated["ligne_mal_formee"] += 1
                continue
            arc = arc_id(row.get("arc"))
            if arc is None:
                ledger.undated["identifiant_illisible"] += 1
                continue
            end, named_day, problem = parse_stamp(row.get("stamp"), later=True)
            if problem:
                (ledger.undated if named_day is None else ledger.by_day[named_day])[problem] += 1
                continue
            slot = end - HOUR
            issues = ledger.by_day[day_of(slot)]
            values = read_values(row, issues)
            if slot in hours[arc]:
                conflict = merge_values(hours[arc][slot], values)
                issues["doublons_conflictuels" if conflict else "doublons"] += 1
            else:
                hours[arc][slot] = values
            keep_texts(texts[arc].setdefault(slot, {}), row)
            keep_places(arc, row, first_point, first_shape, issues)

    def present(day):
        slots = day_slots(day)
        return {arc for arc in hours if any(slot in hours[arc] for slot in slots)}

    def sensors(day):
        recent = range(midnight(day - timedelta(days=7)), midnight(day), HOUR)
        lately = {arc for arc, held in hours.items() if any(slot in held and known(held[slot]) for slot in recent)}
        return sorted(present(day) | lately, key=int)

    return {"ledger": ledger, "hours": hours, "texts": texts, "first_point": first_point,
            "first_shape": first_shape, "present": cache(present), "sensors": cache(sensors)}


def read_values(row, issues):
    """[q, k] within physical limits; counts what was unreadable, out of limits or at odds with the file."""
    flow, bad_flow = parse_number(row.get("flow"))
    occupancy, bad_occupancy = parse_number(row.get("occupancy"))
    issues["nombre_illisible"] += bad_flow + bad_occupancy
    nulled = bad_occupancy
    if flow is not None and not 0 <= flow <= MAX_FLOW:
        flow = None
        issues["debit_hors_limites"] += 1
    if occupancy is not None and not 0 <= occupancy <= 100:
        occupancy, nulled = None, True
        issues["taux_hors_limites"] += 1
    declared = TRAFFIC_NAMES.get(plain(row.get("traffic") or ""))
    if declared is None and parse_number(row.get("traffic"))[0] is not None:
        declared = TRAFFIC_NAMES.get(str(int(parse_number(row["traffic"])[0])))
    if declared is not None and not nulled and declared != state_of(occupancy):
        issues["etat_incoherent"] += 1
    return [flow, occupancy]


def state_of(occupancy):
    if occupancy is None:
        return UNKNOWN
    return STATES[sum(occupancy >= bound for bound in (15, SATURATED, BLOCKED))]


def keep_texts(held, row):
    label = text_or_none(row.get("label"))
    state = ARC_NAMES.get(plain(row.get("arc_state") if row.get("arc_state") is not None else ""))
    held.update({key: text for key, text in (("label", label), ("arc_state", state)) if text})


def keep_places(arc, row, first_point, first_shape, issues):
    shape, problem = parse_line(row.get("shape"))
    if problem:
        issues[problem] += 1
    elif shape:
        first_shape.setdefault(arc, shape)
    point, problem = parse_point(row.get("point"))
    if problem:
        issues[problem] += 1
    elif point and arc not in first_point:
        first_point[arc] = point


# ---------------------------------------------------------------- one arc


def latest_text(counts, arc, key, first, end):
    held = counts["texts"].get(arc, {})
    slots = [slot for slot in held if first <= slot < end and key in held[slot]]
    return held[max(slots)][key] if slots else None


def text_of(counts, arc, key, day, reference_text):
    slots = day_slots(day)
    return (latest_text(counts, arc, key, slots[0], slots[-1] + HOUR) or reference_text
            or latest_text(counts, arc, key, midnight(day - timedelta(days=HISTORY_DAYS)), slots[0]))


def length_of(arc, reference, counts):
    row = (reference or {"arcs": {}})["arcs"].get(arc)
    if row and row["length"] is not None:
        return row["length"]
    shape = counts["first_shape"].get(arc)
    return line_length(shape) if shape else None


def reference_speed(ring_road, day):
    """km/h; a conventional, dated table."""
    if ring_road:
        return 70 if day <= date(2024, 9, 30) else 50
    return 50 if day <= date(2021, 8, 29) else 30


def speed_factor(occupancy):
    return 1.0 if occupancy < 30 else 0.8 if occupancy < 50 else 0.6 if occupancy < 70 else 0.4


def lost_minutes(flow, occupancy, length, speed):
    """Vehicle-minutes lost in one hour; None without flow, occupancy or length."""
    if flow is None or occupancy is None or length is None:
        return None
    minutes = lambda km_per_hour: length / 1000 / km_per_hour * 60
    return flow * max(0.0, minutes(speed * speed_factor(occupancy)) - minutes(speed))


def congestion_runs(slots, flows, rates):
    """(first, end) places of the runs of two or more consecutive blocked hours."""
    runs, first = [], None
    for place, rate in enumerate([*rates, None]):
        if rate is not None and rate >= BLOCKED:
            first = place if first is None else first
        else:
            if first is not None and place - first >= 2:
                runs.append((first, place))
            first = None
    return runs


def arc_row(arc, counts, reference, zones, day):
    slots = day_slots(day)
    held = counts["hours"][arc]
    flows = [held[slot][0] if slot in held else None for slot in slots]
    rates = [held[slot][1] if slot in held else None for slot in slots]
    known_row = (reference or {"arcs": {}})["arcs"].get(arc, {})
    label = text_of(counts, arc, "label", day, known_row.get("label"))
    ring_road = is_ring_road(label)
    length = length_of(arc, reference, counts)
    speed = reference_speed(ring_road, day)
    lost = [lost_minutes(q, k, length, speed) for q, k in zip(flows, rates)]
    lost_total = total(lost)
    flow_used = sum(q for q, minutes in zip(flows, lost) if minutes is not None)
    states = Counter(map(state_of, rates))
    valid = len(known(flows))
    peak_hour, peak_start = peak(slots, flows)
    point = place_of(arc, reference, counts["first_point"])
    return {
        "identifiant_arc": arc,
        "libelle": label,
        "debit_journalier_total": total(flows),
        "debit_horaire_moyen": mean(flows),
        "debit_max": max(known(flows), default=None),
        "taux_occupation_moyen": mean(rates),
        "etat_trafic_dominant": dominant_state(states),
        "heures_par_etat": {state: states[state] for state in [*STATES, UNKNOWN]},
        "heure_pic": peak_hour,
        "heure_pic_debut": peak_start,
        "profil_debit": flows,
        "profil_taux": rates,
        "heures_valides": valid,
        "heures_taux": len(known(rates)),
        "heures_attendues": len(slots),
        "couverture": percent(valid, len(slots)),
        "qualite": quality(valid, len(slots)),
        "etat_arc": text_of(counts, arc, "arc_state", day, None),
        "longueur_metres": length,
        "temps_perdu_total_minutes": lost_total,
        "temps_perdu_minutes": lost_total / flow_used if lost_total is not None and flow_used else None,
        "congestion_alerte": bool(congestion_runs(slots, flows, rates)),
        "arrondissement": zone_of(point, zones),
        "peripherique": ring_road,
        "geo_point_2d": lon_lat(point),
    }


def dominant_state(states):
    """Most hours, the worse on a tie; unknown only when every hour is."""
    best = max(STATES, key=lambda state: (states[state], STATES.index(state)))
    return best if states[best] else UNKNOWN


def alerts_of(row, slots):
    alerts = []
    for first, end in congestion_runs(slots, row["profil_debit"], row["profil_taux"]):
        worst = max(row["profil_taux"][first:end])
        alerts.append({
            "identifiant_arc": row["identifiant_arc"],
            "libelle": row["libelle"],
            "arrondissement": row["arrondissement"],
            "debut": iso(slots[first]),
            "fin": iso(slots[end - 1] + HOUR),
            "duree_heures": end - first,
            "taux_max": worst,
            "debit_total": total(row["profil_debit"][first:end]),
            "severite": "Critique" if worst >= CRITICAL else "Élevée",
        })
    return alerts


# ---------------------------------------------------------------- the day


def metrics(counts, reference, zones, day):
    if not counts["present"](day):
        return None
    slots = day_slots(day)
    rows = [arc_row(arc, counts, reference, zones, day) for arc in counts["sensors"](day)]
    alerts = [alert for row in rows for alert in alerts_of(row, slots)]
    alerts.sort(key=lambda alert: (-alert["duree_heures"], -alert["taux_max"], int(alert["identifiant_arc"]), alert["debut"]))
    zone_rows = zone_table(rows)
    names = {row["identifiant_arc"]: row["libelle"] for row in rows}
    failing, out_of_service = failing_rows(list(names), counts["hours"], names, day, "road", int)
    kept = sum(slot in counts["hours"][arc] for arc in names for slot in slots)
    return {
        "heures": [iso(slot) for slot in slots],
        "zone_source": zone_source(zones),
        "metrics": rows,
        "top_10_troncons": top_arcs(rows),
        "top_10_zones_congestionnees": top_zones(zone_rows, "temps_perdu_total_minutes"),
        "top_zones_affluence": top_zones(zone_rows, "vehicules_km"),
        "alertes_congestion": alerts,
        "capteurs_defaillants": failing,
        "hors_service": out_of_service,
        "global_metrics": global_metrics(rows, slots),
        "qualite": counts["ledger"].quality(day, kept),
    }


def top_arcs(rows):
    rows = [row for row in rows if row["couverture"] >= 75]
    rows.sort(key=lambda row: (largest_first(row["debit_journalier_total"]), int(row["identifiant_arc"])))
    return [{key: row[key] for key in ("identifiant_arc", "libelle", "debit_journalier_total")} for row in rows[:10]]


def vehicle_km(row):
    if row["longueur_metres"] is None or row["debit_journalier_total"] is None:
        return None
    return row["debit_journalier_total"] * row["longueur_metres"] / 1000


def zone_table(rows):
    members = defaultdict(list)
    for row in rows:
        if row["arrondissement"]:
            members[row["arrondissement"]].append(row)
        if row["peripherique"]:
            members["peripherique"].append(row)
    return [{"zone": zone, **zone_figures(group)} for zone, group in members.items()]


def zone_figures(rows):
    means = known(row["taux_occupation_moyen"] for row in rows)
    saturated = sum(value >= SATURATED for value in means)
    return {
        "nombre_troncons": len(rows),
        "temps_perdu_total_minutes": total(row["temps_perdu_total_minutes"] for row in rows),
        "vehicules_km": total(map(vehicle_km, rows)),
        "nombre_troncons_satures": saturated,
        "taux_saturation": percent(saturated, len(means)),
        "couverture": percent(sum(row["heures_valides"] for row in rows), sum(row["heures_attendues"] for row in rows)),
    }


def top_zones(zone_rows, key):
    return sorted(zone_rows, key=lambda row: (largest_first(row[key]), row["zone"]))[:10]


def global_metrics(rows, slots):
    expected = len(rows) * len(slots)
    hours = [(q, k) for row in rows for q, k in zip(row["profil_debit"], row["profil_taux"])]
    states = Counter()
    for row in rows:
        states.update(row["heures_par_etat"])
    city = zone_figures(rows)
    lost = city["temps_perdu_total_minutes"]
    return {
        "vehicules_km": city["vehicules_km"],
        "nombre_troncons": len(rows),
        "nombre_troncons_actifs": sum(row["heures_valides"] + row["heures_taux"] > 0 for row in rows),
        "debit_journalier_total": total(q for q, _ in hours),
        "taux_occupation_moyen": mean(k for _, k in hours),
        "nombre_troncons_satures": city["nombre_troncons_satures"],
        "temps_perdu_total_minutes": lost,
        "temps_perdu_total_heures": None if lost is None else lost / 60,
        "repartition_etat_trafic": {state: states[state] for state in [*STATES, UNKNOWN]},
        "profil_debit": [total(column) for column in zip(*(row["profil_debit"] for row in rows))],
        "profil_taux": [mean(column) for column in zip(*(row["profil_taux"] for row in rows))],
        "taux_disponibilite_capteurs": percent(sum(bool(known(pair)) for pair in hours), expected),
        "couverture": city["couverture"],
    }

"""The daily report: summary, evolution against the same weekday a week before, sources."""

from datetime import datetime

from common import UNREADABLE, USABLE_HOURS, largest_first, local, percent
from comptages import lost_minutes, reference_speed

MAX_FAILING, MAX_ALERTS = 50, 20
STALE_AFTER_DAYS = 31
SAID = ("valeur", "valeur_precedente", "difference", "pourcentage", "comparables")


def report(day, today, before, objects):
    """`today` and `before` (D-7) map a data type to its metrics or None, `objects` to those that can hold the day."""
    roads, bikes = today["comptages"], today["bikes"]
    failing = failing_sensors(bikes, roads)
    parts = {
        "date": str(day),
        "summary": summary(today),
        "capteurs_defaillants": failing[:MAX_FAILING],
        "capteurs_defaillants_total": len(failing),
        "evolution_vs_semaine_precedente": evolution(day, today, before),
        "sources": {kind: {"statut": status(kind, metrics, objects[kind]), **coverage_of(kind, metrics)} for kind, metrics in today.items()},
    }
    if roads:
        parts |= {
            "top_10_troncons_frequentes": roads["top_10_troncons"],
            "top_10_zones_congestionnees": roads["top_10_zones_congestionnees"],
            "alertes_congestion": roads["alertes_congestion"][:MAX_ALERTS],
        }
    if today["chantiers"]:
        parts["chantiers_actifs"] = [{"identifiant": work["identifiant"]} for work in today["chantiers"]["chantiers_actifs"]]
    return parts


def dig(metrics, *keys):
    for key in keys:
        metrics = metrics[key] if metrics is not None else None
    return metrics


def summary(today):
    roads, weather = today["comptages"], today["weather"]
    city = dig(roads, "global_metrics")
    return {
        "vehicules_km": dig(city, "vehicules_km"),
        "total_vehicules_paris": dig(city, "debit_journalier_total"),
        "temps_perdu_total_minutes": dig(city, "temps_perdu_total_minutes"),
        "nombre_troncons_satures": dig(city, "nombre_troncons_satures"),
        "taux_disponibilite_capteurs": dig(city, "taux_disponibilite_capteurs"),
        "total_velos_paris": dig(today["bikes"], "summary", "total_velos"),
        "indice_fiabilite_transport": dig(today["traffic"], "reliability_index"),
        "perturbations_actives": dig(today["traffic"], "active_disruptions_count"),
        "chantiers_actifs": dig(today["chantiers"], "total_chantiers_actifs"),
        "meteo": {key: weather[key] for key in ("temp_moyenne", "precip_totale", "vent_max", "categories")} if weather else None,
        "couverture": {"bikes": dig(today["bikes"], "summary", "couverture"), "comptages": dig(city, "couverture")},
    }


def failing_sensors(bikes, roads):
    """Longest first; equal durations by type, then id."""
    rows = (bikes["failing_sensors"] if bikes else []) + (roads["capteurs_defaillants"] if roads else [])
    # Both lists stand in the order of their own ids; sorting is stable.
    return sorted(rows, key=lambda row: (largest_first(row["heures"]), row["type"]))


def coverage_of(kind, metrics):
    place = {"bikes": "summary", "comptages": "global_metrics"}.get(kind)
    return {"couverture": metrics[place]["couverture"]} if metrics and place else {}


def status(kind, metrics, objects):
    in_error = UNREADABLE.intersection(objects)
    if in_error and len(in_error) == len(objects):
        return "erreur"
    if metrics is None:
        return "partiel" if in_error else "absent"
    problems = metrics["qualite"]["problemes"]
    stale = kind == "chantiers" and (metrics["export_age_jours"] or 0) > STALE_AFTER_DAYS
    return "partiel" if in_error or stale or "page_manquante" in problems or "export_posterieur" in problems else "ok"


# ---------------------------------------------------------------- evolution


def labels(metrics):
    """(local hour, second time?) of every slot: what a wall clock shows."""
    starts = [local(int(datetime.fromisoformat(text).timestamp())) for text in metrics["heures"]]
    return [(start.hour, start.fold) for start in starts]


def by_label(names, values):
    return dict(zip(names, values))


def entry(now, then, comparables):
    if not comparables:
        return dict.fromkeys(SAID)
    return {"valeur": now, "valeur_precedente": then, "difference": now - then,
            "pourcentage": percent(now - then, then), "comparables": comparables}


def paired(now, then, names_now, names_then, profile):
    """Sums over the (sensor, label) pairs known on both days; `profile(row)` gives a row's hours."""
    sums = [0, 0]
    sensors = 0
    for sensor in now:
        held, past = by_label(names_now, profile(now[sensor])), by_label(names_then, profile(then[sensor]))
        shared = [name for name in held if held[name] is not None and past.get(name) is not None]
        sensors += bool(shared)
        sums[0] += sum(held[name] for name in shared)
        sums[1] += sum(past[name] for name in shared)
    return sums[0], sums[1], sensors


def usable_on_both(now, then, sensor, hours="heures_valides"):
    past = {row[sensor]: row for row in then["metrics"]}
    chosen = {row[sensor]: row for row in now["metrics"]
              if row[sensor] in past and min(row[hours], past[row[sensor]][hours]) >= USABLE_HOURS}
    return chosen, {name: past[name] for name in chosen}


def evolution(day, today, before):
    nothing = dict.fromkeys(SAID)
    found = dict.fromkeys(("vehicules", "temps_perdu", "velos", "alertes", "indice_transport"), nothing)
    roads, roads_then = today["comptages"], before["comptages"]
    if roads and roads_then:
        found = found | road_evolution(day, roads, roads_then)
    bikes, bikes_then = today["bikes"], before["bikes"]
    if bikes and bikes_then:
        now, then = usable_on_both(bikes, bikes_then, "id_compteur")
        sums = paired(now, then, labels(bikes), labels(bikes_then), lambda row: row["profil_horaire"])
        found["velos"] = entry(sums[0], sums[1], len(now))
    index, index_then = (dig(side["traffic"], "reliability_index") for side in (today, before))
    if index is not None and index_then is not None:
        found["indice_transport"] = {"valeur": index, "valeur_precedente": index_then, "difference": index - index_then,
                                     "pourcentage": percent(index - index_then, index_then)}
    return found


def road_evolution(day, roads, roads_then):
    names, names_then = labels(roads), labels(roads_then)
    now, then = usable_on_both(roads, roads_then, "identifiant_arc")
    flows = paired(now, then, names, names_then, lambda row: row["profil_debit"])

    def lost_profile(row):
        """Lost minutes per hour, with the speed table and the length of D for both days."""
        arc = now[row["identifiant_arc"]]
        speed = reference_speed(arc["peripherique"], day)
        return [lost_minutes(q, k, arc["longueur_metres"], speed) for q, k in zip(row["profil_debit"], row["profil_taux"])]

    lost = paired(now, then, names, names_then, lost_profile)
    watched, _ = usable_on_both(roads, roads_then, "identifiant_arc", "heures_taux")
    alerts, alerts_then = (sum(alert["identifiant_arc"] in watched for alert in side["alertes_congestion"])
                           for side in (roads, roads_then))
    return {
        "vehicules": entry(flows[0], flows[1], len(now)),
        "temps_perdu": entry(lost[0], lost[1], lost[2]),
        "alertes": entry(alerts, alerts_then, len(watched)),
    }

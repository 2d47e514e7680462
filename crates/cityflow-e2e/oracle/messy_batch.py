"""Messy roadworks exports and network references."""

import csv
import io
import json
import math
from datetime import timedelta

from messy import write

HEADER = ["Identifiant", "Code postal de l'arrondissement", "Typologie", "Objet", "Description", "Voie(s)", "Date de début",
          "Date de fin", "Impact sur la circulation", "Niveau de perturbation", "Statut", "geo_shape", "geo_point_2d"]
TECHNICAL = ["identifiant", "cp_arrondissement", "typologie", "objet", "description", "voie", "date_debut", "date_fin",
             "impact_circulation", "niveau_perturbation", "statut", "geo_shape", "geo_point_2d"]
POSTCODES = ["75001", "75001", "75001", "75012", "75116", "75016", "92130", "75021", "", "75001", "75101"]
IMPACTS = ["BARRAGE_TOTAL", "IMPASSE", "RESTREINTE", "SENS_UNIQUE", "AUTRE", "", "Barrage total"]
REFERENCE = ["iu_ac", "date_debut", "date_fin", "libelle", "iu_nd_amont", "libelle_nd_amont", "iu_nd_aval",
             "libelle_nd_aval", "geo_point_2d", "geo_shape"]
REFERENCE_LABELS = ["Identifiant arc", "Date debut dispo data", "Date fin dispo data", "Libelle", "Identifiant noeud amont",
                    "Libelle noeud amont", "Identifiant noeud aval", "Libelle noeud aval", "geo_point_2d", "geo_shape"]


def table(header, rows, mess):
    """A delimited text: delimiter, line ends and mark as exports have them, and now and then a broken row."""
    text = io.StringIO()
    delimiter = mess.choice([";", ";", ",", "\t"])
    out = csv.writer(text, delimiter=delimiter, lineterminator=mess.choice(["\n", "\r\n"]))
    out.writerow(header)
    for row in rows:
        out.writerow(row if mess.odds(0.97) else mess.choice([row[:-1], row + ["x"]]))
    mark = mess.often("", "\ufeff", 0.5)
    return mark + mess.often("", '"', 0.95) + text.getvalue()


def point(mess):
    lon, lat = round(mess.uniform(2.22, 2.47), 6), round(mess.uniform(48.81, 48.905), 6)
    return mess.often((lon, lat), mess.choice([(2.0, 48.0), (200.0, 48.8)]), 0.96)


def point_text(mess):
    lon, lat = point(mess)
    return mess.often(f"{lat}{mess.choice([',', ', '])}{lon}", mess.choice(["", "", "ici", "48.8"]), 0.9)


# ---------------------------------------------------------------- roadworks


def roadworks(root, day, mess):
    for number in range(mess.choice([0, 1, 1, 2, 3])):
        dated = day + timedelta(days=mess.choice([0, -1, 1, -31, -32, 40, -400]))
        name = mess.choice([f"c{number}_{dated}", f"c{number}_{dated}", f"c{number}", f"dt={dated}/c{number}",
                            f"2020-01-01_c{number}_{dated}"])
        rows = [works(day, dated, mess, number) for number in range(mess.randint(0, 14))]
        if rows and mess.odds(0.2):
            rows.append(mess.choice(rows))
        if mess.odds(0.85):
            header = mess.choice([HEADER, TECHNICAL])
            if mess.odds(0.02):
                header = ["x" if title.lower().startswith("date") else title for title in header]
            write(root, f"batch/chantiers/{name}.csv", table(header, rows, mess), mess)
        else:
            records = [dict(zip(TECHNICAL, row)) for row in rows]
            body = mess.choice([records, {"results": records}, {"records": [{"fields": record} for record in records]}])
            write(root, f"batch/chantiers/{name}.json", body, mess)


def works(day, dated, mess, number):
    around = mess.choice([day, dated])
    begin = around + timedelta(days=mess.choice([-40, -3, -1, 0, 0, 1, 5]))
    end = begin + timedelta(days=mess.choice([0, 1, 3, 7, 8, 40, 90]))
    if mess.odds(0.05):
        begin, end = end, begin
    written = [mess.often(str(one), mess.choice(["", "bientôt", "01/02/2025", "20250205", "nan"]), 0.96) for one in (begin, end)]
    identifier = mess.often(f"CP{mess.choice([number, number, number, 3]):04}", mess.choice(["", "*", " CP0001 "]), 0.95)
    return [identifier, mess.choice(POSTCODES), mess.choice(["1", "2", ""]), mess.choice(["RESEAU", ""]),
            mess.choice(["Deux\nlignes; et plus", "Un \"mot\"", ""]), "Rue de l'Été", *written, mess.choice(IMPACTS),
            mess.choice(["1", "2", "3", "", "fort"]), mess.choice(["1", "2", "2", "2", "3", "4", "5", "", "2.0", "en cours"]),
            shape_text(mess), point_text(mess)]


def ring(mess, lon, lat, size):
    corners = mess.randint(3, 7)
    positions = [[lon + size * math.cos(6.2831 * at / corners), lat + size * math.sin(6.2831 * at / corners)] for at in range(corners)]
    return mess.often(positions + positions[:1], positions, 0.9)


def polygon(mess):
    lon, lat = point(mess)
    rings = [ring(mess, lon, lat, 0.001)]
    return rings + [ring(mess, lon, lat, 0.0003)] if mess.odds(0.3) else rings


def shape_text(mess):
    shape = mess.choice([lambda: {"type": "Polygon", "coordinates": polygon(mess)},
                         lambda: {"type": "MultiPolygon", "coordinates": [polygon(mess) for _ in range(mess.randint(1, 3))]},
                         lambda: {"type": "LineString", "coordinates": [[2.3, 48.85], [2.31, 48.85]]}])()
    if mess.odds(0.1):
        shape = {"type": "Feature", "properties": {}, "geometry": shape}
    return mess.often(json.dumps(shape), mess.choice(["", "{", '{"type":"Polygon"}', '{"type":"Polygon","coordinates":[]}']), 0.9)


# ---------------------------------------------------------------- reference


def reference(root, day, mess):
    for number in range(mess.choice([0, 1, 1, 1, 2])):
        dated = day + timedelta(days=mess.choice([0, -1, 400]))
        name = mess.choice([f"r{number}_{dated}", f"r{number}", f"dt={dated}/r{number}"])
        rows = [piece(mess) for _ in range(mess.randint(0, 20))]
        if rows and mess.odds(0.3):
            rows.insert(mess.randrange(len(rows)), mess.choice(rows))
        if mess.odds(0.6):
            texts = [[json.dumps(cell) if isinstance(cell, dict) else cell for cell in row] for row in rows]
            write(root, f"batch/referentiel_voies/{name}.csv", table(mess.choice([REFERENCE, REFERENCE_LABELS]), texts, mess), mess)
        else:
            write(root, f"batch/referentiel_voies/{name}.geojson", features(rows, mess), mess)
    if mess.odds(0.5):
        counts(root, day, mess)


def piece(mess):
    arc = mess.often(str(mess.randint(1, 6)), mess.choice(["", "*", "7.0", "007", "x"]), 0.94)
    begin = mess.choice(["", "2005-01-01", "2005-01-01T02:00:00+01:00", "2005-01-01T01:30:00+00:00", "2019-06-01T04:00:00+02:00", "jadis"])
    nodes = [mess.choice(["1", "2", "3", "4", "5", "604", "604.0", ""]) if mess.odds(0.4) else fixed for fixed in ("1", "2")]
    lon, lat = point(mess)
    line = [[round(lon + 0.001 * step * mess.choice([1, 1, 2]), 4), lat] for step in range(mess.choice([1, 2, 2, 3, 4]))]
    shape = mess.choice([{"type": "LineString", "coordinates": line}, {"type": "MultiLineString", "coordinates": [line, line[:2]]},
                         {"type": "MultiLineString", "coordinates": [line]}, {"coordinates": [[2.3, 48.85], [2.31, 48.86]], "type": "LineString"}])
    if mess.odds(0.15):
        shape = mess.choice(["", "", "{", {"type": "Point", "coordinates": [2.3, 48.8]}])
    label = mess.choice(["Rue_A", "PI_Pont", "PE_Quai", "", "nan"])
    return [arc, begin, "", label, nodes[0], "De", nodes[1], mess.choice(["Vers", ""]), point_text(mess), shape]


def features(rows, mess):
    found = []
    for row in rows:
        fields = dict(zip(REFERENCE, row))
        shape = fields.pop("geo_shape")
        if mess.odds(0.3) and isinstance(fields["iu_ac"], str) and fields["iu_ac"].isdigit():
            fields["iu_ac"] = int(fields["iu_ac"])
        found.append({"type": "Feature", "properties": fields, "geometry": shape if isinstance(shape, dict) else None})
    return {"type": "FeatureCollection", "features": found}


def counts(root, day, mess):
    """A few counts, which make arcs active and lend them a place."""
    header = ["iu_ac", "t_1h", "q", "k", "geo_point_2d"]
    rows = [[mess.randint(1, 9), f"{day + timedelta(days=mess.choice([0, 0, 0, -1, 1]))}T{mess.randint(1, 23):02}:00:00+01:00",
             mess.randint(0, 900), mess.randint(0, 60), mess.often("48.85,2.36", "", 0.6)] for _ in range(mess.randint(0, 12))]
    write(root, "batch/comptages_routiers/counts.csv", ";".join(header) + "\n" + "".join(";".join(map(str, row)) + "\n" for row in rows), mess)


def zones(root, mess):
    """Half of the buckets have two square zones, the others none."""
    if mess.odds(0.5):
        return
    square = lambda west, east: [[[west, 48.80], [east, 48.80], [east, 48.91], [west, 48.91], [west, 48.80]]]
    shapes = [(1, square(2.22, 2.35)), (12, square(2.35, 2.48))]
    body = {"type": "FeatureCollection", "features": [
        {"type": "Feature", "properties": {"c_ar": number}, "geometry": {"type": "Polygon", "coordinates": rings}} for number, rings in shapes]}
    write(root, "batch/arrondissements/arrondissements.geojson", body, mess)

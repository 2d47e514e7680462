"""The road network reference: arcs, their lengths, nodes and places."""

from datetime import datetime, timezone

from common import (UNREADABLE, Ledger, known, last_date_in, line_length, line_parts, lon_lat, mean, objects_under,
                    parse_point, read_rows, read_shape, text_or_none, total, zone_of)

ALIASES = {
    "arc": ["Identifiant arc", "iu_ac"],
    "begin": ["Date debut dispo data", "date_debut"],
    "until": ["Date fin dispo data", "date_fin"],
    "label": ["Libelle"],
    "down": ["Identifiant noeud aval", "iu_nd_aval"],
    "down_label": ["Libelle noeud aval", "libelle_nd_aval"],
    "up": ["Identifiant noeud amont", "iu_nd_amont"],
    "up_label": ["Libelle noeud amont", "libelle_nd_amont"],
    "point": ["geo_point_2d"],
    "shape": ["geo_shape"],
}
REQUIRED = [("arc",)]


def load(root):
    """{"ledger", "kept", "arcs"}: arcs maps an id to its newest row, length and pieces; None without a file."""
    names = objects_under(root, "batch/referentiel_voies")
    if not names:
        return None
    newest = max(names, key=lambda name: (str(last_date_in(name) or ""), name.encode()))
    ledger = Ledger()
    rows = {}
    for row in read_rows(root, newest, ALIASES, REQUIRED, ledger.undated):
        ledger.read += 1
        arc = arc_id(row and row.get("arc"))
        if arc is None:
            ledger.undated["ligne_mal_formee" if row is None else "identifiant_illisible"] += 1
            continue
        pieces = rows.setdefault(arc, [])
        row = read_piece(row, ledger)
        if row in pieces:
            # The later one stands: the last line tells which row is the newest.
            pieces.remove(row)
            ledger.undated["doublons"] += 1
        pieces.append(row)
    if newest in UNREADABLE:
        return None
    return {"ledger": ledger, "kept": sum(map(len, rows.values())), "arcs": {arc: resolve(pieces) for arc, pieces in rows.items()}}


def read_piece(raw, ledger):
    row = {field: cell_text(raw.get(field)) for field in ALIASES if field not in ("arc", "point", "shape", "begin", "until")}
    for node in ("up", "down"):
        # A node is a number in every published file: `604.0` is `604`.
        row[node] = arc_id(row[node]) or row[node]
    row["begin"], row["until"] = (availability(raw.get(field), ledger) for field in ("begin", "until"))
    row["point"], problem = parse_point(raw.get("point"))
    shape, other = read_shape(raw.get("shape"))
    if shape and (shape["type"] not in ("LineString", "MultiLineString") or all(len(part) < 2 for part in line_parts(shape))):
        shape, other = None, "geometrie_illisible"
    for found in known([problem, other]):
        ledger.undated[found] += 1
    row["shape"] = shape and {"type": shape["type"], "coordinates": shape["coordinates"]}
    return row


def cell_text(raw):
    text = text_or_none(raw)
    return None if text is None or text.lower() in ("nan", "null") else text


def availability(raw, ledger):
    """Seconds of an availability date; UTC without an offset, since it only orders rows."""
    text = cell_text(raw)
    if text is None:
        return None
    try:
        stamp = datetime.fromisoformat(text)
    except ValueError:
        ledger.undated["horodatage_illisible"] += 1
        return None
    return (stamp if stamp.tzinfo else stamp.replace(tzinfo=timezone.utc)).timestamp()


def arc_id(raw):
    """Arc ids are whole numbers, written as text without leading zeros; a table may write `7.0`."""
    text = (text_or_none(raw) or "").removesuffix(".0")
    return str(int(text)) if text.isascii() and text.isdigit() else None


def resolve(rows):
    """The newest row, with the length of the distinct geometries that share its node pair."""
    oldest = float("-inf")
    newest = max(enumerate(rows), key=lambda item: (oldest if item[1]["begin"] is None else item[1]["begin"], item[0]))[1]
    pair = (newest["up"], newest["down"])
    shapes = []
    for row in rows:
        if row["shape"] and (row["up"], row["down"]) == pair and line_parts(row["shape"]) not in map(line_parts, shapes):
            shapes.append(row["shape"])
    length = sum(line_length(shape) for shape in shapes) if shapes else None
    vertices = [vertex for part in line_parts(newest["shape"]) for vertex in part]
    middle = tuple(vertices[len(vertices) // 2][:2]) if vertices else None
    return {**newest, "length": length, "pieces": len(shapes), "middle": middle}


def is_ring_road(label):
    return (label or "").startswith(("PI_", "PE_"))


def place_of(arc, reference, first_point):
    """(lon, lat): the reference's newest row, else the first met in the counts, else the middle vertex."""
    row = (reference or {"arcs": {}})["arcs"].get(arc)
    if row and row["point"]:
        return row["point"]
    return first_point.get(arc) or (row["middle"] if row else None)


def metrics(reference, zones, counts, day):
    if reference is None:
        return None
    arcs = reference["arcs"]
    first_point = counts["first_point"]
    on_day, sensors = counts["present"](day), counts["sensors"](day)
    mapping = {}
    for arc in sorted(arcs, key=int):
        row = arcs[arc]
        point = place_of(arc, reference, first_point)
        mapping[arc] = {
            "libelle": row.get("label"),
            "longueur_metres": row["length"],
            "noeud_amont": row.get("up"),
            "noeud_aval": row.get("down"),
            "libelle_noeud_amont": row.get("up_label"),
            "libelle_noeud_aval": row.get("down_label"),
            "arrondissement": zone_of(point, zones),
            "peripherique": is_ring_road(row.get("label")),
            "geo_point_2d": lon_lat(point),
            "center": lon_lat(row["middle"]),
            "actif": (arc in on_day) if on_day else None,
        }
    missing = sorted((arc for arc in sensors if arc not in arcs), key=int) if on_day else []
    return {
        "mapping": mapping,
        "statistiques": statistics(arcs),
        "hors_referentiel": missing,
        "qualite": reference["ledger"].quality(None, reference["kept"]),
    }


def statistics(arcs):
    lengths = [row["length"] for row in arcs.values()]
    nodes, groups = components([(row.get("up"), row.get("down")) for row in arcs.values()])
    return {
        "nombre_troncons": len(arcs),
        "nombre_geometries": sum(row["pieces"] for row in arcs.values()),
        "longueur_totale_metres": total(lengths),
        "longueur_moyenne_metres": mean(lengths),
        "troncons_sans_geometrie": sum(length is None for length in lengths),
        "noeuds": nodes,
        "composantes": groups,
    }


def components(edges):
    """(number of nodes, number of connected components) of an undirected graph."""
    parent = {}

    def top(node):
        parent.setdefault(node, node)
        while parent[node] != node:
            node = parent[node]
        return node

    for edge in edges:
        ends = [node for node in edge if node is not None]
        for node in ends:
            parent[top(ends[0])] = top(node)
    return len(parent), sum(node == up for node, up in parent.items())

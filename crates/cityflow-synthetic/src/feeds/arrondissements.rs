//! `batch/arrondissements`: the zone polygons.

use serde_json::{Value, json};

use super::json_bytes;
use crate::Error;
use crate::bucket::Bucket;
use crate::model::City;
use crate::model::geometry::Point;
use crate::model::zones::{Zone, zones};

const OBJECT: &str = "batch/arrondissements/arrondissements.geojson";

pub(crate) fn write(_city: &City, bucket: &mut Bucket<'_>) -> Result<(), Error> {
    let zones = zones();
    let features: Vec<_> = zones.iter().map(feature).collect();
    let collection = json!({"type": "FeatureCollection", "features": features});
    bucket.put("arrondissements", OBJECT, zones.len() as u64, &json_bytes(&collection))
}

fn feature(zone: &Zone) -> Value {
    let closed = zone.cell.iter().chain(zone.cell.first());
    let ring: Vec<_> = closed.map(|point| [point.lon, point.lat]).collect();
    let Point { lon, lat } = zone.centroid;
    let ordinal = if zone.number == 1 { "er" } else { "ème" };
    json!({
        "type": "Feature",
        "geometry": {"coordinates": [ring], "type": "Polygon"},
        "properties": {
            "n_sq_ar": 750_000_000 + zone.number,
            "c_ar": zone.number,
            "c_arinsee": 75100 + zone.number,
            "l_ar": format!("{}{ordinal} Ardt", zone.number),
            "geom_x_y": {"lon": lon, "lat": lat},
        },
    })
}

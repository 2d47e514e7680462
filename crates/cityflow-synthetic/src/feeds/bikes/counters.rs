//! Hourly counts: Explore v2.1 JSON on most days, JSON lines and the official CSV on a few.

use serde_json::{Value, json};

use crate::Error;
use crate::bucket::Bucket;
use crate::calendar::{Day, Slot, utc};
use crate::feeds::csv::cell;
use crate::feeds::json_bytes;
use crate::model::City;
use crate::model::counters::{Counted, Counter, CounterRole, count};
use crate::summary::{Planted, Silence};

/// Days before the last that are written as JSON lines and as the official CSV.
const LINES_DAYS: [u32; 2] = [3, 17];
const CSV_DAYS: [u32; 2] = [9, 24];
/// Days before the last with repeated and contradicted records.
const REPEAT_DAYS: [u32; 2] = [0, 6];
const DUPLICATES: usize = 4;
const CONFLICTS: usize = 2;
const HEADER: &str = "Identifiant du compteur;Nom du compteur;Identifiant du site de comptage;\
    Nom du site de comptage;Comptage horaire;Date et heure de comptage;\
    Date d'installation du site de comptage;Lien vers photo du site de comptage;\
    Coordonnées géographiques;Identifiant technique compteur;ID Photos;\
    test_lien_vers_photos_du_site_de_comptage_;id_photo_1;url_sites;type_dimage;\
    mois_annee_comptage\r\n";

type Row<'a> = (&'a Counter, &'a Slot, Counted);

pub(crate) fn write(city: &City, bucket: &mut Bucket<'_>) -> Result<(), Error> {
    tell(city, bucket.planted());
    for day in city.calendar.days() {
        let rows = rows(city, &day, bucket.planted());
        let (extension, bytes) = match day.before_end {
            before if LINES_DAYS.contains(&before) => ("jsonl.gz", lines(&rows, &day)),
            before if CSV_DAYS.contains(&before) => ("csv.zst", official_csv(&rows, &day)),
            before => ("json", explore(&rows, &day, before == 0, bucket.planted())),
        };
        let date = day.date;
        let name = format!("api/bikes/dt={date}/comptage-velo-donnees-compteurs_{date}.{extension}");
        bucket.put("bikes", &name, rows.len() as u64, &bytes)?;
    }
    Ok(())
}

/// The records of a local day, hour by hour; contradictions come first, repeats last.
fn rows<'a>(city: &'a City, day: &'a Day, planted: &mut Planted) -> Vec<Row<'a>> {
    let hour = |slot: &'a Slot| {
        let record =
            move |counter: &'a Counter| count(city, counter, day, slot).map(|counted| (counter, slot, counted));
        city.counters.iter().filter_map(record)
    };
    let mut rows: Vec<Row<'_>> = day.slots.iter().flat_map(hour).collect();
    if !REPEAT_DAYS.contains(&day.before_end) {
        return rows;
    }
    let noon = day.slots[12].epoch_hour;
    let ordinary = |row: &&Row<'_>| row.0.role == CounterRole::Ordinary && row.1.epoch_hour == noon;
    let chosen: Vec<Row<'_>> = rows.iter().filter(ordinary).take(DUPLICATES + CONFLICTS).copied().collect();
    let (again, against) = chosen.split_at(DUPLICATES.min(chosen.len()));
    planted.duplicates += again.len() as u64;
    planted.conflicts += against.len() as u64;
    rows.extend_from_slice(again);
    let wrong = against
        .iter()
        .map(|&(counter, slot, counted)| (counter, slot, Counted { bikes: counted.bikes.map(|bikes| bikes + 50) }));
    rows.splice(0..0, wrong);
    rows
}

/// One record, stamped in UTC at the start of its hour.
fn record(&(counter, slot, counted): &Row<'_>, day: &Day) -> Value {
    let date = utc(slot.epoch_hour).strftime("%Y-%m-%dT%H:%M:%S+00:00").to_string();
    json!({
        "id_compteur": counter.id,
        "nom_compteur": counter.name,
        "id": counter.site_id,
        "name": counter.site_name,
        "sum_counts": counted.bikes,
        "date": date,
        "installation_date": counter.installed,
        "coordinates": {"lon": counter.at.lon, "lat": counter.at.lat},
        "mois_annee_comptage": month(day),
    })
}

fn explore(rows: &[Row<'_>], day: &Day, spoil: bool, planted: &mut Planted) -> Vec<u8> {
    let mut results: Vec<_> = rows.iter().map(|row| record(row, day)).collect();
    let unreadable = |row: &Row<'_>| row.0.role == CounterRole::Unreadable && row.1.hour == 10;
    if let Some(at) = rows.iter().position(unreadable).filter(|_| spoil) {
        results[at]["sum_counts"] = json!("12O");
        planted.issue("nombre_illisible");
    }
    json_bytes(&json!({"total_count": results.len(), "results": results}))
}

fn lines(rows: &[Row<'_>], day: &Day) -> Vec<u8> {
    let line = |row| [json_bytes(&record(row, day)), b"\n".to_vec()].concat();
    rows.iter().flat_map(line).collect()
}

/// The 16 columns of the city's export, in the city's own time, counter by counter.
fn official_csv(rows: &[Row<'_>], day: &Day) -> Vec<u8> {
    let mut sorted: Vec<_> = rows.iter().collect();
    sorted.sort_by(|a, b| (&a.0.id, a.1.epoch_hour).cmp(&(&b.0.id, b.1.epoch_hour)));
    let rows: String = sorted.into_iter().map(|row| csv_row(row, day)).collect();
    format!("\u{feff}{HEADER}{rows}").into_bytes()
}

fn csv_row(&(counter, slot, counted): &Row<'_>, day: &Day) -> String {
    let bikes = counted.bikes.map(|bikes| format!("{bikes}.0"));
    format!(
        "{};{};{};{};{};{};{};;{},{};Y2H15027244;;;;;;{}\r\n",
        counter.id,
        cell(&counter.name),
        counter.site_id,
        cell(&counter.site_name),
        bikes.unwrap_or_default(),
        slot.start,
        counter.installed,
        counter.at.lat,
        counter.at.lon,
        month(day),
    )
}

fn month(day: &Day) -> String {
    day.date.strftime("%Y-%m").to_string()
}

/// Tells which counter carries what.
fn tell(city: &City, planted: &mut Planted) {
    for counter in &city.counters {
        let id = counter.id.clone();
        let silence = |days: u32| Silence { id: id.clone(), days: days.min(city.settings.days) };
        match counter.role {
            CounterRole::Ordinary => {}
            CounterRole::Dead { days } => planted.dead_counters.push(silence(days)),
            CounterRole::Blank { days } => planted.blank_counters.push(silence(days)),
            CounterRole::Stuck => planted.stuck_counters.push(id),
            CounterRole::Zero => planted.zero_counters.push(id),
            CounterRole::Gap => planted.gap_counters.push(id),
            CounterRole::Festival => planted.festival_counters.push(id),
            CounterRole::Unreadable => planted.spoiled_counters.push(id),
        }
    }
}

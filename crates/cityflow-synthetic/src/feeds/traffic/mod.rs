//! `api/traffic_ratp`: transit disruptions, PRIM bulk on most days, navitia pages on one in seven.

mod catalogue;
mod incidents;
mod lines;
mod navitia;
mod prim;

use jiff::civil::time;

use crate::Error;
use crate::bucket::Bucket;
use crate::feeds::json_bytes;
use crate::model::City;
use crate::summary::BlockedLine;
use catalogue::Catalogue;

pub(crate) fn write(city: &City, bucket: &mut Bucket<'_>) -> Result<(), Error> {
    let catalogue = Catalogue::new(city);
    let (from, to) = incidents::blockage(city.settings.end);
    let line = &catalogue.lines[incidents::BLOCKED_LINE];
    let (mode, code) = (line.mode.output().to_owned(), line.code.clone());
    bucket.planted().blocked_line = Some(BlockedLine { mode, code, from, to });
    for day in city.calendar.days() {
        let folder = format!("api/traffic_ratp/dt={}", day.date);
        if day.before_end % 7 == 2 {
            let clock = day.date.to_datetime(time(20, 30, 0, 0));
            for (page, payload) in navitia::pages(&catalogue, clock).into_iter().enumerate() {
                let rows = navitia::disruptions_of(&payload);
                let name = format!("{folder}/line_reports_2030_page{page}.json");
                bucket.put("traffic", &name, rows, &json_bytes(&payload))?;
            }
            continue;
        }
        for clock in [time(8, 40, 0, 0), time(22, 10, 0, 0)] {
            let known = catalogue.known_at(day.date.to_datetime(clock));
            let at = city.calendar.instant(day.date.to_datetime(clock));
            let name = format!("{folder}/disruptions_bulk_v2_{}.json", clock.strftime("%H%M"));
            let payload = prim::payload(&catalogue.lines, &known, at);
            bucket.put("traffic", &name, known.len() as u64, &json_bytes(&payload))?;
        }
    }
    Ok(())
}

//! What every backend of computed documents must do.

use cityflow_core::data_type::DataType;
use cityflow_core::envelope::Envelope;
use jiff::civil::{Date, date};
use serde_json::{Value, json};

use super::{MetricStore, Written, put_envelope, put_report, read_envelope, read_report};
use crate::error::StorageError;

const DAY: Date = date(2024, 1, 4);

/// Runs the suite on empty stores that `make` gives, with whatever keeps them alive.
pub(crate) fn holds<S: MetricStore, K>(make: impl Fn() -> (S, K)) {
    for check in [
        an_empty_store_knows_no_day,
        a_document_is_read_back_byte_for_byte,
        a_document_with_only_a_new_stamp_is_left_untouched,
        days_are_listed_oldest_first_and_by_type,
        a_report_and_its_csv_are_kept_apart,
        metrics_are_removed_by_day,
        a_document_of_another_shape_is_an_error_that_names_it,
    ] {
        let (store, _kept) = make();
        check(&store);
    }
}

fn envelope(data_type: DataType, date: Date, metrics: Value, timestamp: &str) -> Envelope<Value> {
    Envelope { data_type, date, metrics, timestamp: timestamp.to_owned() }
}

fn an_empty_store_knows_no_day(store: &dyn MetricStore) {
    assert_eq!(store.read_metrics(DataType::Bikes, DAY).unwrap(), None);
    assert_eq!(store.read_report(DAY).unwrap(), None);
    assert_eq!(store.read_report_csv(DAY).unwrap(), None);
    assert_eq!(store.metrics_dates(DataType::Bikes).unwrap(), []);
    assert_eq!(store.report_dates().unwrap(), []);
    assert!(!store.remove_metrics(DataType::Bikes, DAY).unwrap());
    assert!(!store.describe().is_empty());
}

fn a_document_is_read_back_byte_for_byte(store: &dyn MetricStore) {
    let document = b"{\"metrics\":{\"b\":1.10,\"a\":\"\xc3\xa9\"},\"timestamp\":\"t\"}\n";
    assert_eq!(store.put_metrics(DataType::Bikes, DAY, document).unwrap(), Written::Created);
    assert_eq!(store.read_metrics(DataType::Bikes, DAY).unwrap().unwrap(), document);
    let written = envelope(DataType::Traffic, DAY, json!({"z": 0.1, "a": null}), "2024-01-05T00:00:00Z");
    assert_eq!(put_envelope(store, &written).unwrap(), Written::Created);
    assert_eq!(read_envelope(store, DataType::Traffic, DAY).unwrap(), Some(written));
    assert_eq!(
        store.read_metrics(DataType::Traffic, DAY).unwrap().unwrap(),
        b"{\"data_type\":\"traffic\",\"date\":\"2024-01-04\",\"metrics\":{\"z\":0.1,\"a\":null},\
          \"timestamp\":\"2024-01-05T00:00:00Z\"}\n"
    );
}

fn a_document_with_only_a_new_stamp_is_left_untouched(store: &dyn MetricStore) {
    let put = |metrics, stamp| put_envelope(store, &envelope(DataType::Comptages, DAY, metrics, stamp)).unwrap();
    assert_eq!(put(json!({"timestamp": "inner"}), "first"), Written::Created);
    let before = store.read_metrics(DataType::Comptages, DAY).unwrap();
    assert_eq!(put(json!({"timestamp": "inner"}), "second"), Written::Unchanged);
    assert_eq!(store.read_metrics(DataType::Comptages, DAY).unwrap(), before);
    assert_eq!(put(json!({"timestamp": "other"}), "third"), Written::Replaced);
    assert_ne!(store.read_metrics(DataType::Comptages, DAY).unwrap(), before);

    let report = |n: u8, stamp: &str| json!({"date": DAY, "generated_at": stamp, "summary": {"n": n}});
    assert_eq!(put_report(store, DAY, &report(1, "first")).unwrap(), Written::Created);
    assert_eq!(
        String::from_utf8(store.read_report(DAY).unwrap().unwrap()).unwrap(),
        "{\n  \"date\": \"2024-01-04\",\n  \"generated_at\": \"first\",\n  \"summary\": {\n    \"n\": 1\n  }\n}\n"
    );
    assert_eq!(put_report(store, DAY, &report(1, "second")).unwrap(), Written::Unchanged);
    assert_eq!(read_report::<Value>(store, DAY).unwrap().unwrap()["generated_at"], "first");
    assert_eq!(put_report(store, DAY, &report(2, "third")).unwrap(), Written::Replaced);
    assert_eq!(read_report::<Value>(store, DAY).unwrap().unwrap()["generated_at"], "third");
}

fn days_are_listed_oldest_first_and_by_type(store: &dyn MetricStore) {
    for day in [date(2024, 10, 1), date(2023, 12, 31), DAY] {
        put_envelope(store, &envelope(DataType::Weather, day, json!({}), "t")).unwrap();
        store.put_report(day, b"{}").unwrap();
    }
    put_envelope(store, &envelope(DataType::Chantiers, date(2020, 2, 29), json!({}), "t")).unwrap();
    let expected = [date(2023, 12, 31), DAY, date(2024, 10, 1)];
    assert_eq!(store.metrics_dates(DataType::Weather).unwrap(), expected);
    assert_eq!(store.metrics_dates(DataType::Chantiers).unwrap(), [date(2020, 2, 29)]);
    assert_eq!(store.report_dates().unwrap(), expected);
}

fn a_report_and_its_csv_are_kept_apart(store: &dyn MetricStore) {
    assert_eq!(store.put_report_csv(DAY, b"a;b\r\n").unwrap(), Written::Created);
    assert_eq!(store.put_report_csv(DAY, b"a;b\r\n").unwrap(), Written::Unchanged);
    assert_eq!(store.read_report(DAY).unwrap(), None);
    assert_eq!(store.report_dates().unwrap(), [], "a CSV alone is no report");
    assert_eq!(store.put_report_csv(DAY, b"a;c\r\n").unwrap(), Written::Replaced);
    assert_eq!(store.read_report_csv(DAY).unwrap().unwrap(), b"a;c\r\n");
}

fn metrics_are_removed_by_day(store: &dyn MetricStore) {
    put_envelope(store, &envelope(DataType::Bikes, DAY, json!({}), "t")).unwrap();
    put_envelope(store, &envelope(DataType::Traffic, DAY, json!({}), "t")).unwrap();
    assert!(store.remove_metrics(DataType::Bikes, DAY).unwrap());
    assert_eq!(store.metrics_dates(DataType::Bikes).unwrap(), []);
    assert_eq!(store.metrics_dates(DataType::Traffic).unwrap(), [DAY]);
}

fn a_document_of_another_shape_is_an_error_that_names_it(store: &dyn MetricStore) {
    store.put_metrics(DataType::Bikes, DAY, b"{\"date\":").unwrap();
    let error = read_envelope::<Value>(store, DataType::Bikes, DAY).unwrap_err();
    assert!(matches!(error, StorageError::Damaged { .. }));
    assert!(error.to_string().contains("bikes metrics of 2024-01-04"), "{error}");
    // What is damaged is written anew.
    let whole = envelope(DataType::Bikes, DAY, json!({}), "t");
    assert_eq!(put_envelope(store, &whole).unwrap(), Written::Replaced);
    assert_eq!(read_envelope(store, DataType::Bikes, DAY).unwrap(), Some(whole));
}

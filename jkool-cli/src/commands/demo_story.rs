//! The story that `jkool demo` streams: one order, from the shop to the parcel.

use std::time::Duration;

use jkool_client::{
    Activity, ActivityStatus, CompletionCode, Dataset, Entity, Event, LogEntry, OperationType, Severity,
    Snapshot, Timestamp, TrackingId,
};

const ORDER: &str = "order-4711";

/// All of it, in the order of time. The activity comes last: it is sent when it ends, and lists its members.
pub(crate) fn story(now: Timestamp) -> Vec<Entity> {
    let at = |millis: i64| Timestamp::from_micros(now.as_micros() + millis * 1000);
    let activity = TrackingId::fresh();
    let step = |operation: &'static str, millis: i64| {
        Event::new(operation)
            .time(at(millis))
            .correlator(ORDER)
            .parent_id(activity.clone())
    };
    let events = [
        step("PlaceOrder", 0)
            .operation_type(OperationType::Receive)
            .message("order received: 2 items")
            .user("alice")
            .location("Atlanta, GA"),
        step("CheckStock", 14)
            .operation_type(OperationType::Call)
            .message("both items on stock")
            .elapsed(Duration::from_micros(3_200))
            .resource("warehouse-2"),
        step("ChargeCard", 61)
            .operation_type(OperationType::Call)
            .severity(Severity::Warning)
            .message("card issuer timed out, trying again")
            .completion_code(CompletionCode::Warning)
            .reason_code(504)
            .elapsed(Duration::from_millis(40)),
        step("ChargeCard", 93)
            .operation_type(OperationType::Call)
            .message("card charged")
            .correlator("payment-88")
            .elapsed(Duration::from_millis(31))
            .snapshot(
                Snapshot::new("Payment")
                    .category("Order")
                    .time(at(93))
                    .property("order-no", "4711")
                    .property("order-amount", 99.5)
                    .property("currency", "USD"),
            ),
        step("ShipOrder", 120)
            .operation_type(OperationType::Send)
            .severity(Severity::Notice)
            .message("parcel handed to the carrier")
            .resource("parcels"),
    ];
    let whole = events
        .iter()
        .filter_map(Event::get_tracking_id)
        .fold(Activity::new("ProcessOrder"), |whole, id| {
            whole.member(id.clone())
        })
        .tracking_id(activity.clone())
        .time(at(121))
        .start_time(now)
        .end_time(at(121))
        .elapsed(Duration::from_millis(121))
        .status(ActivityStatus::End)
        .correlator(ORDER);
    let stock = Snapshot::new("Stock")
        .category("Depot")
        .time(at(15))
        .parent_id(activity.clone())
        .property("on-hand", 318)
        .property("reserved", 2);
    let prices = Dataset::new("Prices")
        .category("Catalog")
        .time(at(2))
        .property("lamp", 49.0)
        .property("chair", 50.5);
    let mailed = LogEntry::new("invoice 2041 mailed to alice")
        .operation("mailer")
        .time(at(118));

    let mut all: Vec<Entity> = events.into_iter().map(Entity::from).collect();
    all.extend([whole.into(), stock.into(), prices.into(), mailed.into()]);
    all.sort_by_key(Entity::time);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_valid_and_in_order() {
        let all = story(Timestamp::now());
        assert_eq!(all.len(), 9);
        for entity in &all {
            assert!(entity.validate().is_ok(), "{entity:?}");
        }
        assert!(all.is_sorted_by_key(Entity::time));
        assert!(matches!(all.last(), Some(Entity::Activity(activity)) if activity.get_member_count() == 5));
    }
}

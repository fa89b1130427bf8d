//! Who is admitted, and what the others are told.

use jkool_collector::Collector;
use rstest::rstest;

use crate::wire::Wire;

const EVENT: &str = r#"{"operation":"op"}"#;
const HANDSHAKE: &str = "<access-request><token>s3cret-token</token></access-request>";

#[rstest]
#[case::no_token(&[], 401, "no token")]
#[case::key(&["X-API-Key: s3cret-token"], 202, "")]
#[case::token(&["token: s3cret-token"], 202, "")]
#[case::both(&["X-API-Key: s3cret-token", "token: s3cret-token"], 202, "")]
#[case::wrong(&["X-API-Key: s3cret-tokem"], 401, "not the token")]
#[case::prefix(&["X-API-Key: s3cret"], 401, "not the token")]
#[case::empty(&["token:"], 401, "not the token")]
#[tokio::test]
async fn with_a_token(#[case] headers: &[&str], #[case] status: u16, #[case] reason: &str) {
    let collector = Collector::builder().token("s3cret-token").start().await.unwrap();
    let reply = Wire::to(&collector).await.post("/", headers, EVENT).await;
    assert_eq!(reply.status, status);
    assert!(
        reply.body.contains(reason) && reply.body.lines().count() <= 1,
        "{reply:?}"
    );
    assert!(!reply.body.contains("s3cret"), "{reply:?}");
    let stats = collector.stats();
    assert_eq!(
        (stats.accepted, stats.unauthorized),
        if status == 202 { (1, 0) } else { (0, 1) }
    );
}

#[tokio::test]
async fn a_wrong_header_speaks_before_a_handshake() {
    let collector = Collector::builder().token("s3cret-token").start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    assert_eq!(wire.post("/", &[], HANDSHAKE).await.status, 200);
    assert_eq!(wire.post("/", &["token: other"], EVENT).await.status, 401);
    assert_eq!(wire.post("/", &[], EVENT).await.status, 202);
}

#[tokio::test]
async fn without_a_token_everybody_is_admitted() {
    let collector = Collector::builder().start().await.unwrap();
    let mut wire = Wire::to(&collector).await;
    assert_eq!(wire.post("/", &[], EVENT).await.status, 202);
    assert_eq!(wire.post("/", &["X-API-Key: whatever"], EVENT).await.status, 202);
    assert!(
        wire.post("/", &[], HANDSHAKE)
            .await
            .body
            .contains("<success>true</success>")
    );
}

#[tokio::test]
async fn the_token_is_shown_nowhere() {
    let builder = Collector::builder().token("s3cret-token");
    assert!(!format!("{builder:?}").contains("s3cret"));
    let collector = builder.start().await.unwrap();
    assert!(!format!("{collector:?}").contains("s3cret"));
}

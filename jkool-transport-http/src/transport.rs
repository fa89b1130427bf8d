//! The transport: batches to requests, answers to settled records.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Instant, SystemTime};

use async_trait::async_trait;
use bytes::Bytes;
use jkool_transport::{
    AccessToken, Batch, ErrorKind, Limits, Outcome, Record, Refusal, RefusalKind, Report, Transport,
    TransportError,
};
use reqwest::header::HeaderMap;
use reqwest::{Client, Method, Request};
use url::Url;

use crate::BodyFraming;
use crate::access_request::access_request;
use crate::answer::Answer;
use crate::failure::Route;
use crate::outcome::{Origin, outcome};
use crate::request_headers::RequestHeaders;
use crate::targets::Targets;

/// Posts to one service. Connections are made when they are needed, and end with it.
pub(crate) struct HttpTransport {
    client: Client,
    route: Arc<Route>,
    targets: Targets,
    headers: RequestHeaders,
    token: AccessToken,
    framing: BodyFraming,
    limits: Limits,
    is_closed: AtomicBool,
}

impl HttpTransport {
    pub(crate) fn new(
        client: Client,
        route: Arc<Route>,
        targets: Targets,
        headers: RequestHeaders,
        token: AccessToken,
        framing: BodyFraming,
        limits: Limits,
    ) -> Self {
        Self {
            client,
            route,
            targets,
            headers,
            token,
            framing,
            limits,
            is_closed: AtomicBool::new(false),
        }
    }

    /// Posts an `<access-request>`, and reads the answer as that to a record.
    pub(crate) async fn request_access(&self) -> Result<(), TransportError> {
        let body = Bytes::from(access_request(&self.token));
        let outcome = self
            .post(self.targets.base(), &self.headers.access_request, body)
            .await?;
        match outcome {
            Outcome::NotSent(error) | Outcome::Unknown(error) => Err(error),
            Outcome::Refused(refusal) => Err(TransportError::new(
                ErrorKind::Misdirected,
                format!(
                    "{} does not understand an access request, so the token cannot be checked: check the URL, or stream \
                     without a handshake; {refusal}",
                    self.route.endpoint
                ),
            )),
            _ => Ok(()),
        }
    }

    /// The parts of the batch that each make one request, the last one first. What is too large is settled at once.
    fn requests(&self, batch: &Batch, report: &Report) -> Vec<Range<usize>> {
        let mut requests: Vec<Range<usize>> = Vec::new();
        for (index, record) in batch.iter().enumerate() {
            if record.body.len() > self.limits.max_record_bytes {
                let refusal = too_large(record.body.len(), self.limits);
                report.settle(index, Outcome::Refused(refusal));
                continue;
            }
            match requests.last_mut() {
                Some(last) if last.end == index && self.may_follow(batch, last, record) => last.end += 1,
                _ => requests.push(index..index + 1),
            }
        }
        requests.reverse();
        requests
    }

    fn may_follow(&self, batch: &Batch, part: &Range<usize>, record: &Record) -> bool {
        self.framing == BodyFraming::Ndjson
            && batch
                .get(part.start)
                .is_some_and(|first| self.targets.are_same(first.kind, record.kind))
    }

    async fn send_records(&self, records: &[Record]) -> Result<Outcome, TransportError> {
        match records {
            [] => Ok(Outcome::Delivered),
            [record] => {
                let url = self.targets.of(record.kind);
                self.post(url, &self.headers.json, record.body.clone()).await
            }
            [first, ..] => {
                let url = self.targets.of(first.kind);
                self.post(url, &self.headers.ndjson, lines(records)).await
            }
        }
    }

    async fn post(&self, url: &Url, headers: &HeaderMap, body: Bytes) -> Result<Outcome, TransportError> {
        let mut request = Request::new(Method::POST, url.clone());
        request.headers_mut().clone_from(headers);
        *request.body_mut() = Some(body.into());
        let answer = match self.client.execute(request).await {
            Ok(response) => Answer::read(response).await,
            Err(error) => Err(error),
        };
        let answer = answer.map_err(|error| self.route.failure(error))?;
        let origin = Origin {
            endpoint: &self.route.endpoint,
            url,
            token: &self.token,
        };
        Ok(outcome(&answer, &origin, SystemTime::now))
    }

    fn check_open(&self) -> Result<(), TransportError> {
        if self.is_closed.load(Ordering::Relaxed) {
            return Err(TransportError::new(
                ErrorKind::Closed,
                format!("the transport to {} was closed before", self.route.endpoint),
            ));
        }
        Ok(())
    }
}

#[async_trait]
impl Transport for HttpTransport {
    /// One request after the other. An answer that concerns all records ends the call: those not posted yet are
    /// settled as not sent. `Err` asks for a new transport: the connection failed, or the token is refused and must be
    /// read anew.
    async fn send(&self, batch: Batch, report: Report) -> Result<(), TransportError> {
        self.check_open()?;
        let mut requests = self.requests(&batch, &report);
        while let Some(part) = requests.pop() {
            let records = batch.get(part.clone()).unwrap_or_default();
            let (outcome, is_broken) = match self.send_records(records).await {
                Ok(Outcome::Refused(_)) if part.len() > 1 => {
                    let middle = part.start + part.len() / 2;
                    requests.push(middle..part.end);
                    requests.push(part.start..middle);
                    continue;
                }
                Ok(outcome) => (outcome, false),
                Err(error) => (Outcome::of_failed_link(error), true),
            };
            for index in part {
                report.settle(index, outcome.clone());
            }
            if let Outcome::NotSent(error) | Outcome::Unknown(error) = outcome {
                report.settle_rest(&Outcome::NotSent(error.clone()));
                return match error.kind() {
                    ErrorKind::Unauthorized => Err(error),
                    _ if is_broken => Err(error),
                    _ => Ok(()),
                };
            }
        }
        Ok(())
    }

    async fn check(&self) -> Result<(), TransportError> {
        self.check_open()?;
        self.request_access().await
    }

    /// Nothing is owed to the far end; idle connections end when the transport is dropped.
    async fn close(&self, _deadline: Instant) -> Result<(), TransportError> {
        self.is_closed.store(true, Ordering::Relaxed);
        Ok(())
    }

    fn limits(&self) -> Limits {
        self.limits
    }
}

/// The refusal of a record that is larger than the limits allow.
pub(crate) fn too_large(body_bytes: usize, limits: Limits) -> Refusal {
    Refusal::new(
        RefusalKind::TooLarge,
        format!(
            "it has {body_bytes} bytes, more than the {} that HttpBuilder::max_record_bytes allows",
            limits.max_record_bytes
        ),
    )
}

/// The bodies, each ended by a line feed.
fn lines(records: &[Record]) -> Bytes {
    let size = records.iter().map(|record| record.body.len() + 1).sum();
    let mut body = Vec::with_capacity(size);
    for record in records {
        body.extend_from_slice(&record.body);
        body.push(b'\n');
    }
    body.into()
}

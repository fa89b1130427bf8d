//! Every field name the model knows, who owns it, and how it is spelled in each dialect.

use crate::Dialect;

/// The layouts that own fields, as bits.
pub(crate) mod layout {
    pub(crate) const EVENT: u8 = 1;
    pub(crate) const ACTIVITY: u8 = 2;
    pub(crate) const LOG: u8 = 4;
    pub(crate) const SNAPSHOT: u8 = 8;
    pub(crate) const PROPERTY: u8 = 16;
    pub(crate) const MESSAGES: u8 = EVENT | LOG;
    pub(crate) const OPERATIONS: u8 = EVENT | LOG | ACTIVITY;
    pub(crate) const ENTITIES: u8 = OPERATIONS | SNAPSHOT;
}

/// Declares the names once: the enum, the texts, and the key as it stands in JSON behind a comma.
macro_rules! wire_names {
    ($( $variant:ident = $text:literal in $layouts:expr; )+) => {
        /// The name of a field on the wire; each variant says how it is spelled.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum WireName {
            $(
                #[doc = concat!("`", $text, "`")]
                $variant
            ),+
        }

        impl WireName {
            /// How many names there are.
            pub(crate) const COUNT: usize = [ $( $text ),+ ].len();

            /// The name itself.
            #[inline(always)]
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $( WireName::$variant => $text ),+ }
            }

            /// The JSON in front of a value.
            #[inline(always)]
            pub(crate) const fn key(self) -> &'static [u8] {
                match self { $( WireName::$variant => concat!(",\"", $text, "\":").as_bytes() ),+ }
            }

            /// The JSON in front of a text, its opening quote included.
            #[inline(always)]
            pub(crate) const fn text_key(self) -> &'static [u8] {
                match self { $( WireName::$variant => concat!(",\"", $text, "\":\"").as_bytes() ),+ }
            }

            /// The name of this text.
            fn find(text: &str) -> Option<Self> {
                match text { $( $text => Some(WireName::$variant), )+ _ => None }
            }

            /// The layouts that have this field.
            const fn layouts(self) -> u8 {
                match self { $( WireName::$variant => $layouts ),+ }
            }
        }
    };
}

wire_names! {
    Operation = "operation" in layout::OPERATIONS;
    Type = "type" in layout::ENTITIES | layout::PROPERTY;
    Status = "status" in layout::ACTIVITY;
    Severity = "severity" in layout::ENTITIES;
    MessageText = "msg-text" in layout::MESSAGES;
    TrackingId = "tracking-id" in layout::ENTITIES;
    ParentId = "parent-id" in layout::ENTITIES;
    ParentTrackingId = "parent-tracking-id" in layout::OPERATIONS;
    Time = "time-usec" in layout::ENTITIES;
    SourceFqn = "source-fqn" in layout::ENTITIES;
    Source = "source" in layout::ENTITIES;
    SourceSsn = "source-ssn" in layout::ENTITIES;
    SourceUrl = "source-url" in layout::ENTITIES;
    CorrId = "corrid" in layout::OPERATIONS;
    CorrIdTnt4py = "corr-id" in layout::OPERATIONS;
    Location = "location" in layout::OPERATIONS;
    User = "user" in layout::OPERATIONS;
    Resource = "resource" in layout::OPERATIONS;
    Exception = "exception" in layout::OPERATIONS;
    CompletionCode = "comp-code" in layout::OPERATIONS;
    ReasonCode = "reason-code" in layout::OPERATIONS;
    Pid = "pid" in layout::OPERATIONS;
    Tid = "tid" in layout::OPERATIONS;
    StartTime = "start-time-usec" in layout::OPERATIONS;
    EndTime = "end-time-usec" in layout::OPERATIONS;
    ElapsedTime = "elapsed-time-usec" in layout::OPERATIONS;
    WaitTime = "wait-time-usec" in layout::OPERATIONS;
    WaitTimeTnt4py = "wait-time-used" in layout::OPERATIONS;
    MessageAge = "msg-age-usec" in layout::MESSAGES;
    MessageAgeTnt4py = "msg-age" in layout::MESSAGES;
    MessageSize = "msg-size" in layout::MESSAGES;
    MimeType = "mime-type" in layout::MESSAGES;
    Encoding = "encoding" in layout::MESSAGES;
    Charset = "charset" in layout::MESSAGES;
    Tags = "msg-tag" in layout::MESSAGES;
    LogType = "log-type" in layout::LOG;
    TimeToLive = "ttl-sec" in layout::ENTITIES;
    IdCount = "id-count" in layout::ACTIVITY;
    IdSet = "id-set" in layout::ACTIVITY;
    Name = "name" in layout::SNAPSHOT | layout::PROPERTY;
    Category = "category" in layout::SNAPSHOT;
    Value = "value" in layout::PROPERTY;
    ValueType = "value-type" in layout::PROPERTY;
    Properties = "properties" in layout::ENTITIES;
    Snapshots = "snapshots" in layout::OPERATIONS;
}

impl WireName {
    /// The name of this text, if the layout has such a field.
    pub(crate) fn in_layout(text: &str, layout: u8) -> Option<Self> {
        Self::find(text).filter(|name| name.layouts() & layout != 0)
    }

    /// The spelling of TNT4J for a name of TNT4PY; any other name as it is.
    pub(crate) const fn canonical(self) -> Self {
        match self {
            WireName::CorrIdTnt4py => WireName::CorrId,
            WireName::ParentTrackingId => WireName::ParentId,
            WireName::WaitTimeTnt4py => WireName::WaitTime,
            WireName::MessageAgeTnt4py => WireName::MessageAge,
            other => other,
        }
    }

    /// The spelling of this field in a dialect.
    #[inline(always)]
    pub(crate) const fn in_dialect(self, dialect: Dialect) -> Self {
        match (dialect, self) {
            (Dialect::Tnt4py, WireName::CorrId) => WireName::CorrIdTnt4py,
            (Dialect::Tnt4py, WireName::ParentId) => WireName::ParentTrackingId,
            (Dialect::Tnt4py, WireName::WaitTime) => WireName::WaitTimeTnt4py,
            (Dialect::Tnt4py, WireName::MessageAge) => WireName::MessageAgeTnt4py,
            (_, other) => other,
        }
    }

    /// Whether this is a spelling of TNT4PY alone.
    pub(crate) fn is_tnt4py(self) -> bool {
        self.canonical() != self
    }
}

impl Dialect {
    /// The one of two spellings that this dialect writes.
    #[inline(always)]
    pub(crate) fn pick(self, tnt4j: WireName, tnt4py: WireName) -> WireName {
        match self {
            Dialect::Tnt4j => tnt4j,
            Dialect::Tnt4py => tnt4py,
        }
    }
}

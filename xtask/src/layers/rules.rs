//! The architecture as a table: which crate may depend on which. A change here is a change of the architecture, and
//! comes with an architecture decision record (docs/adr).

/// What one crate of the workspace may depend on.
#[derive(Debug)]
pub(crate) struct Layer {
    /// The crate.
    pub(crate) name: &'static str,
    /// The crates of this workspace that it may use.
    pub(crate) uses: &'static [&'static str],
    /// Further crates of this workspace that its tests and benchmarks may use.
    pub(crate) tests_use: &'static [&'static str],
    /// All crates from outside that it may use, where that list is closed. Tests are free.
    pub(crate) outside: Option<&'static [&'static str]>,
    /// The rule in words.
    pub(crate) rule: &'static str,
}

/// A crate from outside that only one crate of this workspace may name.
#[derive(Debug)]
pub(crate) struct Owner {
    /// The crate from outside.
    pub(crate) dependency: &'static str,
    /// The only crate that may name it.
    pub(crate) owner: &'static str,
    /// The rule in words.
    pub(crate) rule: &'static str,
}

/// A build in which certain crates must not appear at any depth.
#[derive(Debug)]
pub(crate) struct Absence {
    /// The crate that is built.
    pub(crate) package: &'static str,
    /// The features it is built with, as arguments of cargo.
    pub(crate) features: &'static [&'static str],
    /// What must not appear: a name, or the beginning of names before a `*`.
    pub(crate) absent: &'static [&'static str],
    /// The rule in words.
    pub(crate) rule: &'static str,
}

/// From the bottom up.
pub(crate) const LAYERS: &[Layer] = &[
    Layer {
        name: "jkool-model",
        uses: &[],
        tests_use: &[],
        outside: Some(&["itoa", "serde", "serde_json", "thiserror", "uuid", "zmij"]),
        rule: "the model is pure data: six small crates and nothing of this workspace",
    },
    Layer {
        name: "jkool-transport",
        uses: &["jkool-model"],
        tests_use: &["jkool-collector"],
        outside: None,
        rule: "the seam knows the model only",
    },
    Layer {
        name: "jkool-transport-http",
        uses: &["jkool-model", "jkool-transport"],
        tests_use: &["jkool-collector"],
        outside: None,
        rule: "a transport knows the seam and the model, no other transport and no client",
    },
    Layer {
        name: "jkool-transport-mqtt",
        uses: &["jkool-model", "jkool-transport"],
        tests_use: &["jkool-collector"],
        outside: None,
        rule: "a transport knows the seam and the model, no other transport and no client",
    },
    Layer {
        name: "jkool-client",
        uses: &[
            "jkool-model",
            "jkool-transport",
            "jkool-transport-http",
            "jkool-transport-mqtt",
        ],
        tests_use: &["jkool-collector"],
        outside: None,
        rule: "the client stands on the transports and the model; only its tests use the collector",
    },
    Layer {
        name: "jkool-collector",
        uses: &["jkool-model"],
        tests_use: &[],
        outside: None,
        rule: "the collector stands on the model only, so that it checks the client independently",
    },
    Layer {
        name: "jkool-cli",
        uses: &["jkool-client", "jkool-collector"],
        tests_use: &[],
        outside: None,
        rule: "the binary speaks to the client and the collector; what it needs from below they re-export",
    },
    Layer {
        name: "xtask",
        uses: &[],
        tests_use: &[],
        outside: None,
        rule: "development tasks stand outside: they must build when everything else is broken",
    },
];

/// Replaceable libraries, each behind one crate.
pub(crate) const OWNERS: &[Owner] = &[
    Owner {
        dependency: "reqwest",
        owner: "jkool-transport-http",
        rule: "the HTTP library can be replaced in one crate",
    },
    Owner {
        dependency: "rumqttc",
        owner: "jkool-transport-mqtt",
        rule: "the MQTT library can be replaced in one crate",
    },
];

/// Builds that must stay free of something.
pub(crate) const ABSENCES: &[Absence] = &[
    Absence {
        package: "jkool-model",
        features: &["--all-features"],
        absent: &[
            "async-*",
            "bytes",
            "crossbeam*",
            "futures*",
            "getrandom",
            "http",
            "http-*",
            "hyper*",
            "libc",
            "mio",
            "native-tls",
            "openssl*",
            "polling",
            "rand",
            "reqwest",
            "ring",
            "rumqttc",
            "rustix",
            "rustls*",
            "smol",
            "socket2",
            "tokio*",
            "tower*",
            "tracing*",
            "url",
            "webpki*",
            "windows-sys",
        ],
        rule: "the model brings no runtime, no TLS and no input or output",
    },
    Absence {
        package: "jkool-transport",
        features: &["--no-default-features"],
        absent: &[
            "hyper*", "mio", "reqwest", "ring", "rumqttc", "rustls*", "socket2",
        ],
        rule: "the seam brings no network library, and TLS only with its feature `tls`",
    },
    Absence {
        package: "jkool-client",
        features: &["--no-default-features"],
        absent: &["hyper*", "reqwest", "rumqttc", "rustls*"],
        rule: "a client with its own transport brings neither of ours",
    },
    Absence {
        package: "jkool-client",
        features: &[],
        absent: &["aws-lc-*", "native-tls", "openssl", "openssl-sys", "rumqttc"],
        rule: "MQTT costs nothing until its feature is on; TLS is rustls with ring",
    },
];

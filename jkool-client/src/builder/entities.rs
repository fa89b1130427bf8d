//! What entities say if they do not say it themselves.

use jkool_model::{Decorations, Dialect, NonFinite, SourceFqn};

use crate::ClientBuilder;

impl ClientBuilder {
    /// Where entities come from. Each `?` and `$KEY` is filled in when the client is built: `?` by host name, local
    /// address, user, program, process; `$KEY` by the environment variable of that name.
    ///
    /// Default: `APPL=<program name>#SERVER=?#NETADDR=?`; none in the TNT4PY dialect.
    pub fn source_fqn(mut self, source_fqn: SourceFqn) -> Self {
        self.defaults.source_fqn = Some(source_fqn);
        self
    }

    /// The operation of events, activities and log entries without one that no logger sends. Default: none.
    pub fn operation(self, operation: impl Into<String>) -> Self {
        self.decorate(|decorations| decorations.operation(operation.into()))
    }

    /// The location of events, activities and log entries without one. Default: none.
    pub fn location(self, location: impl Into<String>) -> Self {
        self.decorate(|decorations| decorations.location(location.into()))
    }

    /// The user of events, activities and log entries without one. Default: none.
    pub fn user(self, user: impl Into<String>) -> Self {
        self.decorate(|decorations| decorations.user(user.into()))
    }

    /// The resource of events, activities and log entries without one. Default: none.
    pub fn resource(self, resource: impl Into<String>) -> Self {
        self.decorate(|decorations| decorations.resource(resource.into()))
    }

    /// Defaults for any field that can have one. They replace what was set before with [`operation`](Self::operation),
    /// [`location`](Self::location), [`user`](Self::user) and [`resource`](Self::resource).
    pub fn decorations(mut self, decorations: Decorations) -> Self {
        self.defaults.decorations = decorations;
        self
    }

    /// Whether events, activities and log entries without a process id get that of this process, as in TNT4J.
    /// Default: yes; never in the TNT4PY dialect.
    pub fn pid(mut self, has_pid: bool) -> Self {
        self.defaults.has_pid = has_pid;
        self
    }

    /// How entities are spelled in JSON. In the TNT4PY dialect nothing is added that was not set: no default source
    /// FQN, no process id, and no tracking id or time where an entity lacks them. Default: TNT4J.
    pub fn dialect(mut self, dialect: Dialect) -> Self {
        self.defaults.dialect = dialect;
        self
    }

    /// What becomes of NaN and the infinities. Default: omitted.
    pub fn non_finite(mut self, non_finite: NonFinite) -> Self {
        self.defaults.non_finite = non_finite;
        self
    }

    fn decorate(mut self, add: impl FnOnce(Decorations) -> Decorations) -> Self {
        self.defaults.decorations = add(self.defaults.decorations);
        self
    }
}

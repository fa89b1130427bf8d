//! The kinds of things an event can come from.

use crate::wire_enum::wire_enum;

wire_enum! {
    /// The type of one element of a [`SourceFqn`](crate::SourceFqn).
    ///
    /// `FromStr` ignores case; a strictly parsed source FQN does not.
    pub enum SourceType as "source type" {
        /// Anything.
        Generic = 0, "GENERIC";
        /// A user.
        User = 1, "USER";
        /// An application.
        Appl = 2, "APPL";
        /// A process.
        Process = 3, "PROCESS";
        /// An application server.
        AppServer = 4, "APPSERVER";
        /// A server.
        Server = 5, "SERVER";
        /// A language runtime.
        Runtime = 6, "RUNTIME";
        /// A virtual machine or container.
        Virtual = 7, "VIRTUAL";
        /// A network.
        Network = 8, "NETWORK";
        /// A device.
        Device = 9, "DEVICE";
        /// A network address.
        NetAddr = 10, "NETADDR";
        /// A place: latitude and longitude, separated by a comma.
        GeoAddr = 11, "GEOADDR";
        /// A data center.
        Datacenter = 12, "DATACENTER";
        /// A data store.
        Datastore = 13, "DATASTORE";
        /// A cache.
        Cache = 14, "CACHE";
        /// A service.
        Service = 15, "SERVICE";
        /// A queue.
        Queue = 16, "QUEUE";
        /// A file.
        File = 17, "FILE";
        /// A topic.
        Topic = 18, "TOPIC";
    }
    aliases {}
}

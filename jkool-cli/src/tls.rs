//! From the TLS flags to the options of the library.

use jkool_client::TlsOptions;

use crate::args::TlsArgs;
use crate::output;

/// The options; the defaults of the library where nothing is said.
pub(crate) fn options(args: &TlsArgs) -> TlsOptions {
    let mut options = TlsOptions::new();
    if let Some(file) = &args.ca_cert {
        options = options.ca_certs_file(file);
    }
    if let (Some(cert), Some(key)) = (&args.cert, &args.key) {
        options = options.client_cert_files(cert, key);
    }
    if let Some(version) = args.tls_min {
        options = options.min_version(version);
    }
    if let Some(names) = &args.ciphers {
        options = options.ciphers(names);
    }
    if args.insecure {
        output::note(
            "WARNING: --insecure accepts any certificate: anybody on the way can read and forge everything, the \
             token and the password included; --ca-cert FILE is the way to trust an authority of your own",
        );
    }
    options.danger_accept_invalid_certs(args.insecure)
}

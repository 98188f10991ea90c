//! TLS of the MLLP client: whom it trusts, and by what certificate it is known.

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::args;

/// How to begin TLS with one listener.
#[derive(Clone)]
pub(crate) struct Tls {
    connector: TlsConnector,
    name: ServerName<'static>,
}

impl Tls {
    /// Reads the files that the arguments name; none without `--tls`.
    pub(crate) fn read(arguments: &args::SendTls, to: &str) -> anyhow::Result<Option<Tls>> {
        let (true, Some(ca)) = (arguments.tls, &arguments.ca) else { return Ok(None) };
        let mut roots = RootCertStore::empty();
        for root in certificates("--ca", ca)? {
            roots.add(root).with_context(|| {
                format!("--ca {} holds a certificate that can be no issuer", ca.display())
            })?;
        }
        let builder = ClientConfig::builder().with_root_certificates(roots);
        let config = match (&arguments.cert, &arguments.key) {
            (Some(cert), Some(key)) => {
                let chain = certificates("--cert", cert)?;
                let context = || format!("--key {} holds no usable private key", key.display());
                let private = PrivateKeyDer::from_pem_file(key).with_context(context)?;
                let context =
                    || format!("--key {} is not the key of --cert {}", key.display(), cert.display());
                builder.with_client_auth_cert(chain, private).with_context(context)?
            }
            _ => builder.with_no_client_auth(),
        };
        let host = to.rsplit_once(':').map_or(to, |(host, _)| host).trim_matches(['[', ']']);
        let name = arguments.server_name.as_deref().unwrap_or(host);
        let name = ServerName::try_from(name.to_owned())
            .with_context(|| format!("{name} is no name of a server; say one by --server-name"))?;
        Ok(Some(Tls { connector: TlsConnector::from(Arc::new(config)), name }))
    }

    /// Does the handshake.
    pub(crate) async fn begin(&self, socket: TcpStream) -> anyhow::Result<TlsStream<TcpStream>> {
        self.connector.connect(self.name.clone(), socket).await.context("the TLS handshake failed")
    }
}

fn certificates(flag: &str, path: &Path) -> anyhow::Result<Vec<CertificateDer<'static>>> {
    let context = || format!("{flag} {} holds no usable certificate", path.display());
    let chain: Result<Vec<_>, _> = CertificateDer::pem_file_iter(path).with_context(context)?.collect();
    let chain = chain.with_context(context)?;
    if chain.is_empty() {
        bail!("{flag} {} holds no certificate; it must be PEM", path.display());
    }
    Ok(chain)
}

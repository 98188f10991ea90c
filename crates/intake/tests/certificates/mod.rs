//! Certificates of a server and of its clients, and a client's side of TLS.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use lacteal_intake::TlsConfig;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DistinguishedName, DnType, IsCa, KeyPair};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio_rustls::TlsConnector;

pub(crate) type Ca = CertifiedIssuer<'static, KeyPair>;

/// A certificate and its key, PEM.
pub(crate) struct Pair {
    pub(crate) cert: String,
    pub(crate) key: String,
}

pub(crate) fn ca(name: &str) -> Ca {
    let mut params = params(name, &[]);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("an authority")
}

pub(crate) fn params(common_name: &str, dns: &[&str]) -> CertificateParams {
    let names: Vec<String> = dns.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names).expect("names");
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params
}

pub(crate) fn signed(ca: &Ca, params: &CertificateParams) -> Pair {
    let key = KeyPair::generate().expect("a key");
    let cert = params.signed_by(&key, ca).expect("a certificate").pem();
    Pair { cert, key: key.serialize_pem() }
}

/// The files of a server, and who signs the certificates of clients.
pub(crate) struct Site {
    folder: tempfile::TempDir,
    pub(crate) servers: Ca,
    pub(crate) clients: Ca,
}

impl Site {
    pub(crate) fn new() -> Site {
        let folder = tempfile::tempdir().expect("a folder");
        let site = Site { folder, servers: ca("servers"), clients: ca("clients") };
        site.install(&signed(&site.servers, &params("lacteal", &["localhost"])));
        site.write("ca.pem", &site.clients.pem());
        site
    }

    pub(crate) fn install(&self, pair: &Pair) {
        self.write("key.pem", &pair.key);
        self.write("cert.pem", &pair.cert);
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn client(&self, common_name: &str, dns: &[&str]) -> Pair {
        signed(&self.clients, &params(common_name, dns))
    }

    /// TLS without certificates of clients.
    pub(crate) fn plain_tls(&self, tls: &mut TlsConfig) {
        tls.cert_file = shown(&self.path("cert.pem"));
        tls.key_file = shown(&self.path("key.pem"));
        tls.reread_s = 1;
    }

    pub(crate) fn mutual_tls(&self, tls: &mut TlsConfig) {
        self.plain_tls(tls);
        tls.client_ca_file = shown(&self.path("ca.pem"));
    }
}

pub(crate) fn shown(path: &Path) -> String {
    path.display().to_string()
}

/// A client that trusts servers of this authority and may show a certificate of its own.
pub(crate) fn connector(
    trusted: &Ca,
    own: Option<&Pair>,
    versions: &[&'static SupportedProtocolVersion],
) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(trusted.pem().as_bytes()).expect("PEM")).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .expect("versions")
        .with_root_certificates(roots);
    let config = match own {
        None => builder.with_no_client_auth(),
        Some(own) => {
            let chain = vec![CertificateDer::from_pem_slice(own.cert.as_bytes()).expect("PEM")];
            let key = PrivateKeyDer::from_pem_slice(own.key.as_bytes()).expect("PEM");
            builder.with_client_auth_cert(chain, key).expect("a certificate")
        }
    };
    TlsConnector::from(Arc::new(config))
}

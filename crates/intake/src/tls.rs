//! TLS on the MLLP port: certificates out of files, handshakes with a deadline, and the names of a peer.
//!
//! The files are looked at again every so often, so that a renewed certificate is used without a restart; files
//! that cannot be used then change nothing and are told once. Sessions are not resumed: connections are long and
//! few, and a resumed one would not ask again whether the client's certificate still holds. Revocation lists are
//! not read: certificates of clients should be short-lived, or their issuer their own.

use std::io;
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use lacteal_service::{BoxError, clock};
use rustls::pki_types::pem::{Error as PemError, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::{CertificateError, Error as Fault, RootCertStore, ServerConfig};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use crate::Error;
use crate::config::TlsConfig;
use crate::events::{CONNECTION_LOST, CertificateInUse, CertificatesNotRead};

/// Object identifier of the common name.
const COMMON_NAME: &str = "2.5.4.3";

/// TLS as configured, with the certificates in force.
pub(crate) struct Tls {
    files: TlsConfig,
    in_force: RwLock<InForce>,
}

#[derive(Clone)]
struct InForce {
    server: Arc<ServerConfig>,
    digest: [u8; 32],
}

impl Tls {
    /// Reads the certificates; none when TLS is not configured.
    ///
    /// # Errors
    /// Which file cannot be used, what is wrong with it, and what to do.
    pub(crate) async fn read(files: &TlsConfig) -> Result<Option<Arc<Tls>>, Error> {
        let refuse = |what: &str| Err(Error::Tls(what.to_owned()));
        match (files.cert_file.is_empty(), files.key_file.is_empty()) {
            (true, true) if files.client_ca_file.is_empty() => return Ok(None),
            (true, true) => {
                return refuse("client_ca_file is set without cert_file and key_file: set those, too");
            }
            (true, false) => return refuse("key_file is set without cert_file: set both or neither"),
            (false, true) => return refuse("cert_file is set without key_file: set both or neither"),
            (false, false) => {}
        }
        let in_force = Pem::read(files).await?.build(files)?;
        Ok(Some(Arc::new(Tls { files: files.clone(), in_force: RwLock::new(in_force) })))
    }

    /// Does the handshake, and gives the names that the peer's certificate bears, in lower case.
    ///
    /// # Errors
    /// Why not, in words that hold nothing of what the peer sent.
    pub(crate) async fn accept(
        &self,
        socket: TcpStream,
    ) -> Result<(TlsStream<TcpStream>, Vec<String>), &'static str> {
        let server = self.in_force().server;
        let limit = Duration::from_secs(self.files.handshake_timeout_s.max(1));
        let stream = match timeout(limit, TlsAcceptor::from(server).accept(socket)).await {
            Ok(Ok(stream)) => stream,
            Ok(Err(error)) => return Err(why(&error)),
            Err(_) => return Err("not done in time"),
        };
        let (_, session) = stream.get_ref();
        let names = session.peer_certificates().and_then(<[_]>::first).map(names).unwrap_or_default();
        Ok((stream, names))
    }

    /// Looks at the files every so often and takes over what has changed, until `stop`.
    pub(crate) async fn keep(self: Arc<Self>, stop: CancellationToken) -> Result<(), BoxError> {
        if self.files.reread_s == 0 {
            stop.cancelled().await;
            return Ok(());
        }
        let pause = Duration::from_secs(self.files.reread_s);
        let mut told = String::new();
        while stop.run_until_cancelled(sleep(pause)).await.is_some() {
            match self.reread().await {
                Ok(()) => told.clear(),
                Err(error) => {
                    let words = error.to_string();
                    if words != told {
                        CertificatesNotRead { error: &words }.emit();
                        told = words;
                    }
                }
            }
        }
        Ok(())
    }

    async fn reread(&self) -> Result<(), Error> {
        let pem = Pem::read(&self.files).await?;
        if pem.digest() == self.in_force().digest {
            return Ok(());
        }
        let in_force = pem.build(&self.files)?;
        *self.in_force.write().unwrap_or_else(PoisonError::into_inner) = in_force;
        tracing::info!("certificates of MLLP read again");
        Ok(())
    }

    fn in_force(&self) -> InForce {
        self.in_force.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// The contents of the files.
struct Pem {
    cert: Vec<u8>,
    key: Vec<u8>,
    client_ca: Option<Vec<u8>>,
}

impl Pem {
    async fn read(files: &TlsConfig) -> Result<Pem, Error> {
        let read = async |field: &str, path: &str| {
            let advice = "mount it there, or mend the path or its permissions";
            let refuse =
                |error: io::Error| file_error(field, path, &format!("cannot be read: {error}; {advice}"));
            tokio::fs::read(path).await.map_err(refuse)
        };
        Ok(Pem {
            cert: read("cert_file", &files.cert_file).await?,
            key: read("key_file", &files.key_file).await?,
            client_ca: match files.client_ca_file.as_str() {
                "" => None,
                path => Some(read("client_ca_file", path).await?),
            },
        })
    }

    fn digest(&self) -> [u8; 32] {
        let mut digest = Sha256::new();
        for part in [Some(&self.cert), Some(&self.key), self.client_ca.as_ref()].into_iter().flatten() {
            digest.update(part.len().to_be_bytes());
            digest.update(part);
        }
        digest.finalize().into()
    }

    fn build(&self, files: &TlsConfig) -> Result<InForce, Error> {
        let chain = certificates("cert_file", &files.cert_file, &self.cert)?;
        let key = PrivateKeyDer::from_pem_slice(&self.key).map_err(|error| {
            let what = match error {
                PemError::NoItemsFound => "holds no private key".to_owned(),
                error => format!("holds no usable private key: {error}"),
            };
            let advice = "it must be PEM and not encrypted (PKCS#8, PKCS#1 or SEC1)";
            file_error("key_file", &files.key_file, &format!("{what}; {advice}"))
        })?;
        if let Some(not_after_s) = chain.first().and_then(|leaf| expiry_s(leaf)) {
            CertificateInUse { not_after_s, now_s: clock::now().as_second() }.emit();
        }

        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let failed = |error: Fault| Error::Tls(error.to_string());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(failed)?;
        let builder = match &self.client_ca {
            None => builder.with_no_client_auth(),
            Some(pem) => {
                let field = "client_ca_file";
                let refuse = |what: String| file_error(field, &files.client_ca_file, &what);
                let mut roots = RootCertStore::empty();
                for (at, root) in certificates(field, &files.client_ca_file, pem)?.into_iter().enumerate() {
                    let number = at + 1;
                    roots.add(root).map_err(|error| {
                        refuse(format!("certificate {number} cannot be trusted as an issuer: {error}"))
                    })?;
                }
                let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
                let verifier =
                    if files.client_required { verifier } else { verifier.allow_unauthenticated() };
                let verifier = verifier.build().map_err(|error| refuse(error.to_string()))?;
                builder.with_client_cert_verifier(verifier)
            }
        };
        let mut server = builder.with_single_cert(chain, key).map_err(|error| match error {
            Fault::InconsistentKeys(_) => file_error(
                "key_file",
                &files.key_file,
                &format!("is not the key of the certificate in {}; name the pair", files.cert_file),
            ),
            error => file_error("cert_file", &files.cert_file, &format!("cannot be used: {error}")),
        })?;
        server.session_storage = Arc::new(NoServerSessionStorage {});
        server.send_tls13_tickets = 0;
        Ok(InForce { server: Arc::new(server), digest: self.digest() })
    }
}

fn certificates(field: &str, path: &str, pem: &[u8]) -> Result<Vec<CertificateDer<'static>>, Error> {
    let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).collect();
    let chain =
        chain.map_err(|error| file_error(field, path, &format!("holds no usable certificate: {error}")))?;
    if chain.is_empty() {
        return Err(file_error(field, path, "holds no certificate; it must be PEM"));
    }
    Ok(chain)
}

fn file_error(field: &str, path: &str, what: &str) -> Error {
    Error::Tls(format!("{field} {path} {what}"))
}

fn expiry_s(leaf: &[u8]) -> Option<i64> {
    let certificate = Certificate::from_der(leaf).ok()?;
    i64::try_from(certificate.tbs_certificate.validity.not_after.to_unix_duration().as_secs()).ok()
}

/// The DNS names and common names of a certificate, in lower case. It was verified before.
fn names(certificate: &CertificateDer<'_>) -> Vec<String> {
    let Ok(certificate) = Certificate::from_der(certificate) else { return Vec::new() };
    let certificate = certificate.tbs_certificate;
    let mut names = Vec::new();
    if let Ok(Some((_, SubjectAltName(alternatives)))) = certificate.get::<SubjectAltName>() {
        names.extend(alternatives.iter().filter_map(|name| match name {
            GeneralName::DnsName(name) => Some(name.as_str().to_lowercase()),
            _ => None,
        }));
    }
    for attribute in certificate.subject.0.iter().flat_map(|part| part.0.iter()) {
        if attribute.oid.to_string() == COMMON_NAME
            && let Ok(name) = std::str::from_utf8(attribute.value.value())
        {
            names.push(name.to_lowercase());
        }
    }
    names
}

/// Why a handshake failed, as one of few words: what a peer sent must not reach a log.
fn why(error: &io::Error) -> &'static str {
    match error.get_ref().and_then(|inner| inner.downcast_ref::<Fault>()) {
        None => CONNECTION_LOST,
        Some(Fault::NoCertificatesPresented) => "the peer has no certificate",
        Some(Fault::InvalidCertificate(fault)) => match fault {
            CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
                "the peer's certificate has expired"
            }
            CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
                "the peer's certificate is not valid yet"
            }
            CertificateError::UnknownIssuer => "the peer's certificate has an unknown issuer",
            _ => "the peer's certificate is not valid for a client",
        },
        Some(Fault::InvalidMessage(_) | Fault::InappropriateMessage { .. }) => "the peer does not speak TLS",
        Some(Fault::AlertReceived(_)) => "the peer refused our certificate or settings",
        Some(Fault::PeerIncompatible(_)) => "no version or cipher in common",
        Some(_) => "broken off",
    }
}

//! Credentials for the registries that a build asks, given to the engine when it asks us.

use std::sync::{Arc, Mutex, PoisonError};

use bollard_buildkit_proto::moby::filesync::v1::{
    CredentialsRequest, CredentialsResponse, FetchTokenRequest, FetchTokenResponse, GetTokenAuthorityRequest,
    GetTokenAuthorityResponse, VerifyTokenAuthorityRequest, VerifyTokenAuthorityResponse, auth_server::Auth,
};
use tonic::{Request, Response, Status};

use crate::{docker::credentials::Keyring, problem::Problem};

/// Answers with what docker was told. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Login {
    keyring: Arc<Keyring>,
    trouble: Arc<Mutex<Option<Problem>>>,
}

impl Login {
    /// With the user's credentials.
    pub fn new(keyring: Keyring) -> Self {
        Self { keyring: Arc::new(keyring), trouble: Arc::default() }
    }

    /// Why credentials could not be had, if the engine asked for some: the likely reason where a registry then refuses.
    pub fn trouble(&self) -> Option<Problem> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

#[tonic::async_trait]
impl Auth for Login {
    async fn credentials(
        &self,
        request: Request<CredentialsRequest>,
    ) -> Result<Response<CredentialsResponse>, Status> {
        let found = match self.keyring.credentials(&request.get_ref().host).await {
            Ok(found) => found.unwrap_or_default(),
            Err(problem) => {
                // Most images need no credentials: the engine tries without.
                *self.trouble.lock().unwrap_or_else(PoisonError::into_inner) = Some(problem);
                return Ok(Response::new(CredentialsResponse::default()));
            }
        };
        let answer = if found.identity_token.is_empty() {
            CredentialsResponse { username: found.username, secret: found.password }
        } else {
            CredentialsResponse { username: String::new(), secret: found.identity_token }
        };
        Ok(Response::new(answer))
    }

    // Told so, the engine fetches tokens itself, with the credentials above.

    async fn fetch_token(
        &self,
        _: Request<FetchTokenRequest>,
    ) -> Result<Response<FetchTokenResponse>, Status> {
        Err(Status::unimplemented("FetchToken"))
    }

    async fn get_token_authority(
        &self,
        _: Request<GetTokenAuthorityRequest>,
    ) -> Result<Response<GetTokenAuthorityResponse>, Status> {
        Err(Status::unimplemented("GetTokenAuthority"))
    }

    async fn verify_token_authority(
        &self,
        _: Request<VerifyTokenAuthorityRequest>,
    ) -> Result<Response<VerifyTokenAuthorityResponse>, Status> {
        Err(Status::unimplemented("VerifyTokenAuthority"))
    }
}

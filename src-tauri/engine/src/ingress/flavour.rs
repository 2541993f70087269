//! The controllers that Slipway knows, as a table.

/// A kind of ingress controller.
#[derive(Debug, PartialEq, Eq)]
pub struct Flavour {
    /// What its makers call it.
    pub product: &'static str,
    /// The class's `spec.controller` begins with this.
    pub controller: &'static str,
    /// The image of the pods that answer contains this.
    pub image: &'static str,
}

/// F5 NGINX Ingress Controller, which Slipway installs.
pub const F5: Flavour = Flavour {
    product: "F5 NGINX Ingress Controller",
    controller: "nginx.org/ingress-controller",
    image: "nginx/nginx-ingress",
};

/// ingress-nginx, archived.
pub const INGRESS_NGINX: Flavour = Flavour {
    product: "ingress-nginx",
    controller: "k8s.io/ingress-nginx",
    image: "ingress-nginx/controller",
};

/// All, the ones that Slipway can install first.
pub const FLAVOURS: &[Flavour] = &[
    F5,
    INGRESS_NGINX,
    Flavour { product: "Traefik", controller: "traefik.io/ingress-controller", image: "traefik" },
    Flavour { product: "Contour", controller: "projectcontour.io/", image: "envoy" },
    Flavour {
        product: "cloud-provider-kind",
        controller: "kind.sigs.k8s.io/ingress-controller",
        image: "envoy",
    },
    Flavour {
        product: "HAProxy",
        controller: "haproxy.org/ingress-controller",
        image: "haproxytech/kubernetes-ingress",
    },
];

impl Flavour {
    /// The flavour of a class, by its `spec.controller`.
    pub fn of(controller: &str) -> Option<&'static Self> {
        FLAVOURS.iter().find(|flavour| controller.starts_with(flavour.controller))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_class_names_its_controller() {
        let product = |controller| Flavour::of(controller).map(|flavour| flavour.product);
        assert_eq!(product("nginx.org/ingress-controller"), Some("F5 NGINX Ingress Controller"));
        assert_eq!(product("k8s.io/ingress-nginx"), Some("ingress-nginx"));
        assert_eq!(product("example.com/own"), None);
    }
}

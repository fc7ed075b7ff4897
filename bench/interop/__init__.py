"""Our signed files before validators that other people wrote: pdfsig, openssl, qpdf, veraPDF and EU DSS."""

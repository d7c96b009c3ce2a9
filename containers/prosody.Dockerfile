# Prosody as Foyer needs it: Debian's package, our modules, and the configuration that is written at each start.
# Debian bookworm brings Prosody 0.12, Debian trixie brings 13: choose by DEBIAN_IMAGE.
ARG DEBIAN_IMAGE=debian:bookworm-slim
FROM ${DEBIAN_IMAGE}
# The user has the same number whatever the version, so that one can be changed for another on the same volume.
# The packages make a key for test certificates, which would then be everybody's: it goes in the same layer.
RUN useradd --system --uid 10002 --user-group --home-dir /var/lib/prosody --shell /usr/sbin/nologin prosody \
	&& apt-get update \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends prosody lua-dbi-postgresql lua-unbound \
	&& rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/* /usr/share/doc /usr/share/man \
	&& rm -rf /etc/ssl/private/* /etc/ssl/certs/ssl-cert-snakeoil.pem /etc/prosody /var/lib/prosody \
	&& install -d -o prosody -g prosody -m 0750 /var/lib/prosody /run/prosody \
	&& install -d /etc/prosody/certs /etc/prosody/workgroups \
	&& ln -s /run/prosody/prosody.cfg.lua /etc/prosody/prosody.cfg.lua
COPY prosody/modules /usr/share/foyer/modules
COPY prosody/prosody.cfg.lua.template containers/prosody/ /usr/share/foyer/
COPY prosody/workgroups.cfg.lua /etc/prosody/workgroups/
USER prosody
WORKDIR /var/lib/prosody
# Freed memory is joined at once: glibc would put it off, and then stand still over all of it (bench/README.md).
ENV LC_ALL=C.UTF-8 GLIBC_TUNABLES=glibc.malloc.mxfast=0
EXPOSE 5222 5280 5347
CMD ["sh", "/usr/share/foyer/start.sh"]

# Stands in for the official image of PostgreSQL where no registry of images can be reached: Debian's package, and of the
# official entrypoint what Foyer relies on.
ARG DEBIAN_IMAGE
FROM ${DEBIAN_IMAGE}
ARG POSTGRES_MAJOR=17
RUN apt-get update \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-common \
	&& echo "create_main_cluster = false" > /etc/postgresql-common/createcluster.conf \
	&& DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends postgresql-${POSTGRES_MAJOR} \
	&& rm -rf /var/lib/apt/lists/* /var/cache/apt/* /usr/share/doc /etc/ssl/private/* \
	&& mkdir /docker-entrypoint-initdb.d \
	&& install -d -o postgres -g postgres -m 1777 /var/lib/postgresql/data /var/run/postgresql
COPY --chmod=755 postgres-entrypoint.sh /usr/local/bin/docker-entrypoint.sh
ENV PATH=/usr/lib/postgresql/${POSTGRES_MAJOR}/bin:$PATH PGDATA=/var/lib/postgresql/data LANG=C.UTF-8
VOLUME /var/lib/postgresql/data
STOPSIGNAL SIGINT
EXPOSE 5432
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["postgres", "-c", "listen_addresses=*"]

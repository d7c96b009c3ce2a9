# Foyer's own two services. Targets: component (it also brings the database up to date) and webchat (with both bundles).
#
#   docker build -f containers/services.Dockerfile --target component .
#
# Node runs the sources as they are, so nothing is compiled but what browsers load. The final images hold the node program,
# the packages of production and the sources: no npm, no compiler, nothing of the build.
ARG NODE_IMAGE=node:24-bookworm-slim
ARG DEBIAN_IMAGE=debian:bookworm-slim

# ---- What both services need of npm. A registry behind a certificate of its own: the secret ca_bundle.
# Not "npm ci": it refuses a lockfile that was written where other platforms' optional packages could not be had. This
# installs the very versions of the lockfile, and leaves it be.
FROM ${NODE_IMAGE} AS packages
WORKDIR /foyer
COPY package.json package-lock.json ./
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca_bundle \
	if [ -s /run/secrets/ca_bundle ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca_bundle; fi; \
	npm install --no-save --omit=dev --ignore-scripts --no-audit --no-fund

# ---- What browsers load.
FROM packages AS bundles
RUN --mount=type=cache,target=/root/.npm --mount=type=secret,id=ca_bundle \
	if [ -s /run/secrets/ca_bundle ]; then export NODE_EXTRA_CA_CERTS=/run/secrets/ca_bundle; fi; \
	npm install --no-save --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY design design
COPY protocol protocol
COPY webchat/widget webchat/widget
COPY agent-ui agent-ui
RUN node node_modules/vite/bin/vite.js build --config webchat/widget/vite.config.ts --logLevel warn \
	&& node node_modules/vite/bin/vite.js build --config agent-ui/vite.config.ts --logLevel warn

# ---- Node alone, for somebody without rights.
FROM ${DEBIAN_IMAGE} AS runtime
RUN useradd --system --uid 10001 --user-group --no-create-home --shell /usr/sbin/nologin foyer
COPY --from=packages /usr/local/bin/node /usr/local/bin/node
ENV NODE_ENV=production
WORKDIR /foyer
COPY --from=packages /foyer/node_modules node_modules
COPY package.json ./
COPY protocol protocol
COPY runtime runtime
ENV NODE_COMPILE_CACHE=/foyer/.compiled

FROM runtime AS component
COPY containers/healthy.mjs containers/
COPY migrations migrations
COPY component component
# Without settings it ends at once with 78, and Node has kept the sources as it compiled them: nobody else may write there.
RUN install -d -o foyer .compiled \
	&& { setpriv --reuid=foyer --regid=foyer --clear-groups sh runtime/run.sh component/main.ts 2>/dev/null || [ $? = 78 ]; } \
	&& chown -R root .compiled && chmod -R a+rX .compiled
USER foyer
ENV METRICS_HOST=0.0.0.0 METRICS_PORT=9464
EXPOSE 9464
CMD ["sh", "runtime/run.sh", "component/main.ts"]

FROM runtime AS webchat
COPY --from=bundles /foyer/dist dist
COPY containers/webchat.mjs containers/
COPY webchat webchat
RUN install -d -o foyer .compiled \
	&& { setpriv --reuid=foyer --regid=foyer --clear-groups sh runtime/run.sh containers/webchat.mjs 2>/dev/null || [ $? = 78 ]; } \
	&& chown -R root .compiled && chmod -R a+rX .compiled
USER foyer
ENV HTTP_HOST=0.0.0.0 METRICS_HOST=0.0.0.0 METRICS_PORT=9465
EXPOSE 8080 9465
CMD ["sh", "runtime/run.sh", "containers/webchat.mjs"]

# The build has compilers and development packages; the image has neither.
FROM node:24-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends g++ make python3 \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY scripts scripts
COPY src src
RUN npm run build && npm prune --omit=dev && rm -f dist/.tsbuildinfo

FROM node:24-slim
ENV NODE_ENV=production \
    KUMA_API_SERVER_HTTP_INTERFACE=0.0.0.0 \
    KUMA_API_SERVER_HTTPS_INTERFACE=0.0.0.0 \
    KUMA_DIAGNOSTICS_SERVER_INTERFACE=0.0.0.0 \
    KUMA_GENERAL_WORK_DIR=/var/lib/skein
WORKDIR /app
COPY --from=build /app/package.json /app/package.json
COPY --from=build /app/node_modules /app/node_modules
COPY --from=build /app/dist /app/dist
COPY migrations migrations
COPY LICENSE LICENSE
RUN install -d -o node -g node -m 0750 /var/lib/skein
USER node
VOLUME /var/lib/skein
# REST API in clear and over TLS, diagnostics, what proxies connect to
EXPOSE 5681 5682 5680 5678
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:5680/ready', { signal: AbortSignal.timeout(2500) }).then((r) => process.exit(r.ok ? 0 : 1), () => process.exit(1))"]
# signals reach the server itself, without npm or a shell between
ENTRYPOINT ["node", "dist/skein.js"]
CMD ["run"]

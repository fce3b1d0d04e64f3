# fob's services: docker run fob gateway|deployer|invoker. Built by ./fob images, which makes the jars first.
ARG JRE_IMAGE=eclipse-temurin:25-jre
FROM ${JRE_IMAGE}
RUN echo 'fob:x:10001:10001::/var/lib/fob:/bin/false' >>/etc/passwd && \
    mkdir -p /var/lib/fob && chown 10001:10001 /var/lib/fob
# First what others wrote, last what changes with every build: fob's jars, which are all called fob-*.
COPY standalone/target/lib/[^f]*.jar /opt/fob/lib/
COPY docker/entrypoint /opt/fob/bin/
COPY drivers /opt/fob/drivers
COPY standalone/target/fob-*.jar standalone/target/lib/f*.jar /opt/fob/lib/
ENV FOB_HOST=0.0.0.0 FOB_DRIVERS=/opt/fob/drivers
USER 10001:10001
WORKDIR /var/lib/fob
# The gateway's, the deployer's, the invoker's. No HEALTHCHECK: who runs the container asks /healthz and /readyz.
EXPOSE 9999 9998 9997
ENTRYPOINT ["/opt/fob/bin/entrypoint"]

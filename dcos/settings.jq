# Sets what differs between clusters, in the group or in one app; what is not given stays as it is:
#   jq -f dcos/settings.jq --arg registry registry.example.com/fob --arg port 80 dcos/fob-service.json
def settings: {
  registry: ["[^/ ]+(/[^/ ]+)*", "what stands before the images' names, without a '/' at the end"],
  kafka: ["[^:, ]+:[0-9]+(,[^:, ]+:[0-9]+)*", "host:port of the brokers, with commas between"],
  marathon: ["https?://[^ ]+", "the URL of Marathon as the deployer sees it"],
  gateway: ["https?://[^ ]+", "the URL of the gateway as the agents see it"],
  gateways: ["[1-9][0-9]*", "how many gateways, each on an agent of its own; with two or more an update leaves one up"],
  port: ["[1-9][0-9]{0,4}", "a port of the agent, 1 to 65535, for the gateway or for Kafka"],
  host: ["[^ ,]+", "the agent that the gateway or Kafka runs on"],
  hosts: ["[^ ]+", "names by which clients reach the gateway, with commas between, beside those of the cluster"],
  role: ["[^ ]+", "the role whose resources the gateway takes, such as *"],
  secret: ["[^ ]+", "the name of the secret with the service account (DC/OS Enterprise)"],
  key: ["[A-Za-z0-9+/=]{44,64}(,[A-Za-z0-9+/=]{44,64})*", "the key of functions' secrets, which everybody sees who may read Marathon's apps"],
  keySecret: ["[^ ]+", "the name of the secret that has the key of functions' secrets (DC/OS Enterprise)"],
  adminKey: ["fob_[a-z0-9]{1,16}_[A-Za-z0-9]{27,100}", "a key with the role admin, which everybody sees who may read Marathon's apps"],
  adminSecret: ["[^ ]+", "the name of the secret that has a key with the role admin (DC/OS Enterprise)"],
  pip: ["https?://[^ ]+", "the index of Python's packages as the agents see it, if not PyPI"],
  npm: ["https?://[^ ]+", "the registry of Node's packages as the agents see it, if not that of npm"],
  maven: ["https?://[^ ]+", "the repository of Java's packages as the agents see it, if not Maven Central"],
  layerMiB: ["[1-9][0-9]{0,3}", "the most MiB that the packages of one function may have"],
  ca: ["/[^ ]+", "the path of Marathon's CA in the container (DC/OS Enterprise)"],
  enforceRole: ["none", "none for a Marathon before 1.9, which does not know enforceRole"]
};
def given($name): $ARGS.named[$name] // empty;
def wrong: # the first problem with what was given, if there is one
  [ (given("key") | select($ARGS.named.keySecret)
      | "the settings key and keySecret both give the key of functions' secrets: leave one away"),
    (given("adminKey") | select($ARGS.named.adminSecret)
      | "the settings adminKey and adminSecret both give the admin key: leave one away"),
    (given("gateways") | select(. != "1" and $ARGS.named.host)
      | "the setting gateways is for agents that Marathon chooses: leave host away, or gateways"),
    ($ARGS.named | to_entries[] | settings[.key] as $known
      | if $known == null then
          "no such setting: \(.key); there are: \(settings | keys | join(", "))"
        elif (.value | tostring | test("^" + $known[0] + "$") | not) or (.key == "port" and (.value | tonumber) > 65535) then
          "the setting \(.key) is '\(.value)': expected \($known[1])"
        else empty end)
  ] | first // empty;

def service:
    (given("registry") as $x | .container.docker.image |= "\($x)/\(.)") // .
  | (given("kafka") as $x | .env.FOB_KAFKA_BOOTSTRAP_SERVERS = $x) // .;
def keyed:
    (given("key") as $x | .env.FOB_SECRET_KEY = $x) // .
  | (given("keySecret") as $x | .secrets.key = {source: $x} | .env.FOB_SECRET_KEY = {secret: "key"}) // .;
def placed:
    (given("port") as $x | .container.portMappings[0].hostPort = ($x | tonumber)) // .
  | (given("host") as $x | .constraints = [["hostname", "CLUSTER", $x]]) // .;
def gateway:
    (given("role") as $x | .acceptedResourceRoles = [$x]) // .
  | (given("adminKey") as $x | .env.FOB_ADMIN_KEY = $x) // .
  | (given("adminSecret") as $x | .secrets.admin = {source: $x} | .env.FOB_ADMIN_KEY = {secret: "admin"}) // .
  | (given("gateways") as $x | .instances = ($x | tonumber)
      | .upgradeStrategy.minimumHealthCapacity = (if .instances > 1 then 0.5 else 0 end)) // .
  | (given("host") as $x | .env.FOB_HOSTS += ",\($x)") // .
  | (given("hosts") as $x | .env.FOB_HOSTS += ",\($x)") // .;
def deployer:
    (given("registry") as $x | .env.FOB_IMAGE_PREFIX = "\($x)/") // .
  | (given("marathon") as $x | .env.FOB_MARATHON_URL = $x) // .
  | (given("gateway") as $x | .env.FOB_GATEWAY_URL = $x) // .
  | (given("pip") as $x | .env.FOB_PIP_INDEX_URL = $x) // .
  | (given("npm") as $x | .env.FOB_NPM_REGISTRY = $x) // .
  | (given("maven") as $x | .env.FOB_MAVEN_REPOSITORY = $x) // .
  | (given("layerMiB") as $x | .env.FOB_LAYER_MIB = $x) // .
  # Only root may read the sandbox of a container, where the CA is, whatever user the image has.
  | (given("ca") as $x
      | .env.FOB_MARATHON_CA = $x | .container.docker.parameters = [{key: "user", value: "root"}]) // .
  | (given("secret") as $x
      | .secrets.account = {source: $x} | .env.FOB_DCOS_SERVICE_ACCOUNT = {secret: "account"}) // .;
def app:
  if .args == ["gateway"] then service | keyed | placed | gateway
  elif .args == ["deployer"] then service | keyed | deployer
  elif .args == ["invoker"] then service
  else placed end;

if [wrong] != [] then error(wrong) else . end
| if $ARGS.named.enforceRole then del(.enforceRole) else . end
| if .apps then .apps |= map(app) else app end

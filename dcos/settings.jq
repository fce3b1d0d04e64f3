# Sets what differs between clusters, in the group or in one app; what is not given stays as it is:
#   jq -f dcos/settings.jq --arg registry registry.example.com/fob --arg port 80 dcos/fob-service.json
def settings: {
  registry: "before the images' names, without a '/' at the end",
  kafka: "host:port of the brokers, with commas between",
  marathon: "URL of Marathon as the deployer sees it",
  gateway: "URL of the gateway as the agents see it",
  port: "of the agent, for the gateway or for Kafka",
  host: "the agent that the gateway or Kafka runs on",
  hosts: "names by which clients reach the gateway, with commas between, beside those of the cluster",
  role: "whose resources the gateway takes, such as *",
  secret: "name of the secret with the service account (DC/OS Enterprise)",
  ca: "path of Marathon's CA in the container (DC/OS Enterprise)"
};
def given($name): $ARGS.named[$name] // empty;

def service:
    (given("registry") as $x | .container.docker.image |= "\($x)/\(.)") // .
  | (given("kafka") as $x | .env.FOB_KAFKA_BOOTSTRAP_SERVERS = $x) // .;
def placed:
    (given("port") as $x | .container.portMappings[0].hostPort = ($x | tonumber)) // .
  | (given("host") as $x | .constraints = [["hostname", "CLUSTER", $x]]) // .;
def gateway:
    (given("role") as $x | .acceptedResourceRoles = [$x]) // .
  | (given("host") as $x | .env.FOB_HOSTS += ",\($x)") // .
  | (given("hosts") as $x | .env.FOB_HOSTS += ",\($x)") // .;
def deployer:
    (given("registry") as $x | .env.FOB_IMAGE_PREFIX = "\($x)/") // .
  | (given("marathon") as $x | .env.FOB_MARATHON_URL = $x) // .
  | (given("gateway") as $x | .env.FOB_GATEWAY_URL = $x) // .
  # Only root may read the sandbox of a container, where the CA is, whatever user the image has.
  | (given("ca") as $x
      | .env.FOB_MARATHON_CA = $x | .container.docker.parameters = [{key: "user", value: "root"}]) // .
  | (given("secret") as $x
      | .secrets.account = {source: $x} | .env.FOB_DCOS_SERVICE_ACCOUNT = {secret: "account"}) // .;
def app:
  if .args == ["gateway"] then service | placed | gateway
  elif .args == ["deployer"] then service | deployer
  elif .args == ["invoker"] then service
  else placed end;

($ARGS.named | keys - (settings | keys)) as $unknown
| if $unknown != [] then error("no such setting: \($unknown | join(", ")); there are: \(settings)") else . end
| if .apps then .apps |= map(app) else app end

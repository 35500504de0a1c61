//! An environment in a network that exists already: it is looked up first, used as it is, and left as it was.

use deploy_aws::ec2::types::Filter;

use crate::project::{Outcome, Project};

/// A network of dev's, and a second environment that is to stand in it.
struct Neighbours {
    project: Project,
    vpc: String,
    subnets: [String; 2],
}

impl Neighbours {
    fn new() -> Self {
        let project = Project::embedded();
        project.run(&["apply", "dev", "--yes"]).success();
        let [vpc, first, second] =
            ["vpc.main", "subnet.public_1", "subnet.public_2"].map(|part| id(&project, &format!("network.{part}")));
        Self { project, vpc, subnets: [first, second] }
    }

    /// Has the guest name this network, in lines 5 to 8 of its file.
    fn name(&self, vpc: &str, subnets: [&str; 2]) {
        let text = format!(
            "unset = [\"network.cidr\", \"network.subnets\"]\n\n[network]\n\n[network.existing]\nvpc = \"{vpc}\"\n\
             subnets.public_1 = \"{}\"\nsubnets.public_2 = \"{}\"\n\n[secrets.parameters]\n\
             MY_PARAM_1.generate = 32\nMY_PARAM_2.generate = 32\n",
            subnets[0], subnets[1]
        );
        self.project.write("guest.toml", &text);
    }

    fn name_as_it_is(&self) {
        self.name(&self.vpc, [&self.subnets[0], &self.subnets[1]]);
    }

    /// That nothing can be planned, that nothing is changed, and what is said of it.
    fn assert_refused(&self, place: &str, message: &str) {
        let world = || self.project.world_but_for_locks();
        let before = world();
        for arguments in [["plan", "guest"].as_slice(), &["apply", "guest", "--yes"]] {
            let Outcome { code, stdout, stderr } = self.project.run(arguments);
            assert_eq!(code, 3, "{stdout}{stderr}");
            for words in [place, message, "help: use the id of a "] {
                assert!(stderr.contains(words), "no `{words}` in:\n{stderr}");
            }
        }
        assert!(world() == before, "something was changed");
    }

    fn assert_no_changes(&self, environment: &str) {
        let outcome = self.project.run(&["plan", environment, "--detailed-exitcode"]);
        assert_eq!(outcome.code, 0, "{}{}", outcome.stdout, outcome.stderr);
    }
}

fn id(project: &Project, address: &str) -> String {
    project.with_clients(async |clients| {
        let filter = Filter::builder().name("value").values(address).build();
        let reply = clients.ec2().reads.describe_tags().filters(filter).send().await.expect("tags");
        reply.tags()[0].resource_id().expect("an id").to_owned()
    })
}

fn make_vpc(project: &Project) -> String {
    project.with_clients(async |clients| {
        let reply = clients.ec2().writes.create_vpc().cidr_block("10.8.0.0/16").send().await.expect("a VPC");
        reply.vpc.and_then(|vpc| vpc.vpc_id).expect("an id")
    })
}

#[test]
fn an_environment_comes_and_goes_in_the_network_of_another() {
    let neighbours = Neighbours::new();
    neighbours.name_as_it_is();
    let made = neighbours.project.run(&["apply", "guest", "--yes"]).success();
    assert!(!made.stdout.contains("vpc"), "{}", made.stdout);
    neighbours.assert_no_changes("guest");
    neighbours.assert_no_changes("dev");
    neighbours.project.run(&["destroy", "guest", "--yes", "--allow-destroy"]).success();
    neighbours.assert_no_changes("dev");
}

#[test]
fn a_network_that_is_not_there_is_refused_at_its_place() {
    let neighbours = Neighbours::new();
    let [first, second] = &neighbours.subnets;
    let gone = "vpc-0123456789abcdef0";
    neighbours.name(gone, [first, second]);
    neighbours.assert_refused("environments/guest.toml:6:", &format!("there is no vpc `{gone}`"));
    let gone = "subnet-0123456789abcdef0";
    neighbours.name(&neighbours.vpc, [first, gone]);
    neighbours.assert_refused("environments/guest.toml:8:", &format!("there is no subnet `{gone}`"));
}

#[test]
fn a_subnet_of_another_network_is_refused_at_its_place() {
    let neighbours = Neighbours::new();
    let [first, second] = &neighbours.subnets;
    let others = make_vpc(&neighbours.project);
    neighbours.name(&others, [first, second]);
    let ours = &neighbours.vpc;
    neighbours.assert_refused(
        "environments/guest.toml:7:",
        &format!("the subnet `{first}` has the vpc_id `{ours}`, not `{others}`"),
    );
}

/// What stood in a network that is gone must still be able to go.
#[test]
fn what_is_destroyed_stands_in_nothing() {
    let neighbours = Neighbours::new();
    neighbours.name_as_it_is();
    neighbours.project.run(&["apply", "guest", "--yes"]).success();
    neighbours.name("vpc-0123456789abcdef0", ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"]);
    neighbours.project.run(&["destroy", "guest", "--yes", "--allow-destroy"]).success();
    neighbours.assert_no_changes("dev");
}

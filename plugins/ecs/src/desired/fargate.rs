//! The sizes that Fargate offers.

use deploy_model::{KeyPath, Problem};
use deploy_plugin::Graph;

/// What memory goes with so many CPU units.
struct Size {
    cpu: u32,
    memory: Memory,
}

enum Memory {
    Choice(&'static [u32]),
    Range { from: u32, to: u32, step: u32 },
}

const GIB: u32 = 1024;

/// Source: <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html>
const SIZES: [Size; 7] = [
    Size { cpu: 256, memory: Memory::Choice(&[512, GIB, 2 * GIB]) },
    Size { cpu: 512, memory: Memory::Range { from: GIB, to: 4 * GIB, step: GIB } },
    Size { cpu: 1024, memory: Memory::Range { from: 2 * GIB, to: 8 * GIB, step: GIB } },
    Size { cpu: 2048, memory: Memory::Range { from: 4 * GIB, to: 16 * GIB, step: GIB } },
    Size { cpu: 4096, memory: Memory::Range { from: 8 * GIB, to: 30 * GIB, step: GIB } },
    Size { cpu: 8192, memory: Memory::Range { from: 16 * GIB, to: 60 * GIB, step: 4 * GIB } },
    Size { cpu: 16384, memory: Memory::Range { from: 32 * GIB, to: 120 * GIB, step: 8 * GIB } },
];

/// Reports a size that Fargate does not offer, with the nearest ways out.
pub(super) fn check(cpu: u32, memory: u32, source: &KeyPath, graph: &mut Graph) {
    let with_memory: Vec<u32> = SIZES.iter().filter(|size| size.memory.allows(memory)).map(|size| size.cpu).collect();
    let instead =
        (!with_memory.is_empty()).then(|| format!("memory = {memory} goes with cpu = {}", listed(&with_memory)));
    match SIZES.iter().find(|size| size.cpu == cpu) {
        None => {
            let all: Vec<u32> = SIZES.iter().map(|size| size.cpu).collect();
            let problem = Problem::new(source.child("cpu"), format!("Fargate has no task with {cpu} CPU units"));
            graph.problem(problem.help(instead.unwrap_or_else(|| format!("cpu is {}", listed(&all)))));
        }
        Some(size) if !size.memory.allows(memory) => {
            let message = format!("Fargate has no task with {cpu} CPU units and {memory} MiB");
            let mut help = format!("with cpu = {cpu}, memory is {}", size.memory.words());
            if let Some(instead) = instead {
                help = format!("{help}; {instead}");
            }
            graph.problem(Problem::new(source.child("memory"), message).help(help));
        }
        Some(_) => {}
    }
}

impl Memory {
    fn allows(&self, memory: u32) -> bool {
        match self {
            Self::Choice(choice) => choice.contains(&memory),
            Self::Range { from, to, step } => (*from..=*to).contains(&memory) && memory.is_multiple_of(*step),
        }
    }

    fn words(&self) -> String {
        match self {
            Self::Choice(choice) => listed(choice),
            Self::Range { from, to, step } => format!("{from} to {to} in steps of {step}"),
        }
    }
}

/// `256, 512 or 1024`.
fn listed(numbers: &[u32]) -> String {
    let words: Vec<String> = numbers.iter().map(u32::to_string).collect();
    match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, init)) => format!("{} or {last}", init.join(", ")),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn help(cpu: u32, memory: u32) -> Option<String> {
        let mut graph = Graph::new();
        check(cpu, memory, &KeyPath::of(["ecs", "services", "web"]), &mut graph);
        graph.finish().err().and_then(|problems| problems.into_iter().next()).and_then(|problem| problem.help)
    }

    #[test]
    fn what_fargate_offers_is_accepted() {
        let offered = [(256, 512), (512, 4096), (1024, 3072), (4096, 30720), (8192, 61440), (16384, 122_880)];
        for (cpu, memory) in offered {
            assert_eq!(help(cpu, memory), None, "{cpu} {memory}");
        }
    }

    #[test]
    fn the_ways_out_are_named() {
        let help = |cpu, memory| help(cpu, memory).expect("a problem");
        assert_eq!(
            help(256, 4096),
            "with cpu = 256, memory is 512, 1024 or 2048; memory = 4096 goes with cpu = 512, 1024 or 2048"
        );
        assert_eq!(help(8192, 17_000), "with cpu = 8192, memory is 16384 to 61440 in steps of 4096");
        assert_eq!(help(300, 512), "memory = 512 goes with cpu = 256");
        assert_eq!(help(300, 3), "cpu is 256, 512, 1024, 2048, 4096, 8192 or 16384");
    }
}

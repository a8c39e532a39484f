//! What judging a message costs, beside what else could be done with the same text.
//!
//!     cargo bench --bench judge               ratios, then criterion's measurements
//!     cargo bench --bench judge -- --ratios   only the ratios: under a minute
//!     cargo bench --bench judge -- --quick    both, criterion in its short form
//!
//! Trust the ratios of one run more than times of different runs.

#[path = "../tests/corpus/mod.rs"]
mod corpus;
#[path = "judge/material.rs"]
mod material;
#[path = "judge/ratios.rs"]
mod ratios;
#[path = "judge/worst.rs"]
mod worst;

use criterion::{BenchmarkId, Criterion, Throughput};
use material::{Material, SIZES, Set};
use std::hint::black_box;

fn main() {
    let given = |name: &str| std::env::args().any(|argument| argument == name);
    // `cargo test` runs benches once, unoptimised: then a small set must do.
    let terms = if given("--test") { [200, 400] } else { [10_000, 100_000] };
    let material = match Material::new(terms) {
        Ok(material) => material,
        Err(fault) => return eprintln!("{fault}"),
    };
    println!("terms are `disguises: {}`; beside them stand {}", material.level, material.beside);
    if !given("--test") {
        println!("{}{}", ratios::print(&material), worst::print(&material));
    }
    if !given("--ratios") {
        let mut criterion = Criterion::default().configure_from_args();
        measure(&mut criterion, &material);
        criterion.final_summary();
    }
}

fn measure(criterion: &mut Criterion, material: &Material) {
    let mut group = criterion.benchmark_group("judge");
    for (size, messages) in SIZES.iter().zip(&material.mix) {
        group.throughput(Throughput::Bytes(messages.bytes() as u64));
        let sets: [(&str, &Set); 3] = [
            ("terms", &material.small),
            ("terms-regexes-detectors", &material.full),
            ("100k-terms", &material.large),
        ];
        for (name, set) in sets {
            group.bench_with_input(BenchmarkId::new(name, size), messages, |bench, messages| {
                bench.iter(|| {
                    messages.all.iter().for_each(|m| _ = black_box(set.rules.judge(m, 0)))
                });
            });
        }
    }
    group.finish();
}

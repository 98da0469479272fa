"""Several Ray nodes on one machine, as a process of their own: Ray leaves threads, and writes into its home.

``python -m tests.cluster.nodes N`` prints Ray's address and then takes lines from stdin: ``remove`` ends the newest
node as a machine that is switched off does, ``add`` brings one. It ends with its stdin.
"""

from __future__ import annotations

import sys

from ray.cluster_utils import Cluster


def main() -> None:
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 0, "include_dashboard": False})
    nodes = [cluster.add_node(num_cpus=1) for _ in range(int(sys.argv[1]))]
    print("ray", cluster.address, flush=True)
    for line in sys.stdin:
        if line.strip() == "remove":
            cluster.remove_node(nodes.pop(), allow_graceful=False)
        else:
            nodes.append(cluster.add_node(num_cpus=1))
        print("nodes", len(nodes), flush=True)
    cluster.shutdown()


if __name__ == "__main__":
    main()

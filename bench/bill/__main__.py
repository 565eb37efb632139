"""`python -m bench.bill`: count, and write the tables of docs/costs.md."""

from bench.bill.cases import counted
from bench.bill.page import PAGE, renewed, tables


def main() -> None:
    PAGE.write_text(renewed(PAGE.read_text(), tables(counted())))


if __name__ == "__main__":
    main()

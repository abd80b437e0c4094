# `make demo` and `make test` need git, make and Python 3.11 or newer; everything else they fetch themselves.
PYTHON ?= python3

demo test check prove bench setup lock screens words:
	@$(PYTHON) ./dev $@ $(ARGS)

.PHONY: demo test check prove bench setup lock screens words

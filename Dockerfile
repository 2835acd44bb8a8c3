# The labs in a container, for Binder, Codespaces, VS Code or a Docker of your own: docs/places.md.
FROM debian:trixie-slim AS debian
RUN apt-get update \
 && apt-get install --yes --no-install-recommends ca-certificates git python3-venv \
 && rm -rf /var/lib/apt/lists/*
# Binder looks for a user with this number, and says its name and number here.
ARG NB_USER=student
ARG NB_UID=1000
RUN useradd --create-home --shell /bin/bash --uid ${NB_UID} ${NB_USER}
USER ${NB_USER}
WORKDIR /home/${NB_USER}/course

# A development container ends above: it sets up the folder that it opens.
FROM debian
COPY --chown=${NB_UID} . .
# Sets the labs up from requirements.lock, as on every machine; JupyterLab only says its version.
RUN python3 run.py --version && rm -rf ~/.cache
ENV PATH=/home/${NB_USER}/course/.venv/bin:${PATH}
EXPOSE 8888
CMD ["python3", "run.py", "--ip=0.0.0.0", "--no-browser"]
